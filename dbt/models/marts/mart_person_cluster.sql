with record as (

    select * from {{ ref('int_person__resolve') }}

),

link as (

    select
        record.person_key,
        link.match_weight,
        link.decision_code
    from {{ ref('int_person_link__keep_newest') }} as link
    inner join record on link.record_a = record.record_id
    inner join record as other on link.record_b = other.record_id
    where link.decision_code in ('auto', 'approved')

),

linked as (

    select
        person_key,
        count(*) as n_links,
        min(match_weight) as weakest_match_weight,
        bool_or(decision_code = 'approved') as is_approved
    from link
    group by person_key

),

counted as (

    select
        person_key,
        count(*) as n_records,
        count(distinct exact_component_id) as n_exact_components
    from record
    group by person_key

)

select
    counted.person_key,
    counted.n_records::integer as n_records,
    counted.n_exact_components::integer as n_exact_components,
    coalesce(linked.n_links, 0)::integer as n_links,
    linked.weakest_match_weight,
    case
        when counted.n_exact_components > 1 and linked.is_approved then 'approved'
        when counted.n_exact_components > 1 then 'automatic'
        when counted.n_records > 1 then 'exact'
        else 'single'
    end as joined_by_code
from counted
left join linked using (person_key)
