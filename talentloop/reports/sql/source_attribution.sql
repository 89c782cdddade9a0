-- Channels as $attribution recorded, from the best shrunken hire rate down.
select
    source_channel_code,
    n_applications,
    application_share,
    n_open,
    n_resolved,
    n_hires,
    hire_rate,
    hire_rate_lower,
    hire_rate_upper,
    hire_rate_shrunk,
    n_started,
    n_observed_90d,
    retention_90d_rate,
    n_rated,
    mean_rating_z,
    direct_cost,
    direct_cost_per_hire,
    is_alert
from mart_source_attribution
where attribution_code = $attribution
order by hire_rate_shrunk desc, n_resolved desc, source_channel_code
