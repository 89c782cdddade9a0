-- How each person scores beside others who scored the same applicants, over all quarters; largest
-- deviation first. Only those with enough applicants.
select
    scorer_key,
    n_applications,
    100 * leniency_0_1 as leniency_0_100,
    100 * leniency_lower_0_1 as leniency_lower_0_100,
    100 * leniency_upper_0_1 as leniency_upper_0_100,
    spread_ratio,
    halo_r,
    company_halo_r,
    leniency_lower_0_1 > 0 or leniency_upper_0_1 < 0 as is_beyond_chance
from mart_interviewer_rating
where quarter_on is null and is_shown
order by is_beyond_chance desc, abs(leniency_0_1) desc, scorer_key
