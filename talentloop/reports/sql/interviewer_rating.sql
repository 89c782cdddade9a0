-- Those who differ most come first; persons with too few compared applications show no figures.
select
    scorer_key,
    quarter_on,
    n_applications,
    case when is_shown then 100 * leniency_0_1 end as leniency_points,
    case when is_shown then 100 * leniency_lower_0_1 end as leniency_lower_points,
    case when is_shown then 100 * leniency_upper_0_1 end as leniency_upper_points,
    case when is_shown then spread_ratio end as spread_ratio,
    case when is_shown then halo_r end as halo_r,
    company_halo_r,
    is_shown
from mart_interviewer_rating
where (quarter_on is not null) = $by_quarter
order by is_shown desc, abs(leniency_0_1) desc, scorer_key, quarter_on
