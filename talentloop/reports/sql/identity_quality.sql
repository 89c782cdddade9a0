-- Persons by the way in which their records were joined.
select
    joined_by_code,
    count(*) as n_persons,
    sum(n_records)::bigint as n_records,
    max(n_records) as most_records,
    sum(n_links)::bigint as n_links,
    round(min(weakest_match_weight), 2) as weakest_match_weight,
    round(median(weakest_match_weight), 2) as median_match_weight
from mart_person_cluster
group by joined_by_code
order by list_position(['single', 'exact', 'automatic', 'approved'], joined_by_code)
