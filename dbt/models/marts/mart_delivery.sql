-- Changes queued for outside systems, and what became of them. A change that a person edited there
-- has arrived: the edit stays, and counts as drift.
select
    destination as destination_code,
    operation as operation_code,
    (queued_at at time zone 'UTC')::date as queued_on,
    count(*) as n_changes,
    count(*) filter (sent_at is null and not is_stopped) as n_waiting,
    count(*) filter (is_stopped) as n_stopped,
    count(*) filter (sent_at is not null and not is_stopped) as n_delivered,
    count(*) filter (verdict = 'MATCH') as n_match,
    count(*) filter (verdict in ('DRIFT', 'RELEASED')) as n_drift,
    count(*) filter (verdict = 'MISSING') as n_missing,
    round(median(latency_seconds), 3) as median_latency_seconds,
    round(quantile_cont(latency_seconds, 0.95), 3) as p95_latency_seconds
from {{ source('ops', 'delivery') }}
group by destination, operation, queued_on
