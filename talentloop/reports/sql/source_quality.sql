-- Channels with their hire rate (resolved applications, Wilson) and 90-day retention.
select
    source_channel_code,
    n_applications,
    n_open,
    n_resolved,
    n_hires,
    hire_rate,
    hire_rate_lower,
    hire_rate_upper,
    n_started,
    n_observed_90d,
    retention_90d_rate,
    retention_90d_lower,
    retention_90d_upper,
    n_rated,
    mean_rating_z
from mart_source_quality
order by hire_rate desc nulls last, source_channel_code
