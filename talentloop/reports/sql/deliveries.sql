-- Changes queued in a month, by what became of them.
select
    destination_code,
    operation_code,
    sum(n_changes) as n_changes,
    sum(n_delivered) as n_delivered,
    sum(n_waiting) as n_waiting,
    sum(n_stopped) as n_stopped,
    sum(n_match) as n_match,
    sum(n_drift) as n_drift,
    sum(n_missing) as n_missing
from mart_delivery
where date_trunc('month', queued_on) = $month::date
group by destination_code, operation_code
order by destination_code, operation_code
