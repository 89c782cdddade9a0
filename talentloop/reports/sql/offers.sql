-- Offers by the month in which they were extended, of the company or one department.
select
    t.month_on,
    t.n_extended,
    t.n_versions,
    t.n_accepted,
    t.n_declined,
    t.n_expired,
    t.n_expired_by_deadline,
    t.n_rescinded,
    t.n_open,
    t.accepted_of_decided_rate,
    t.accepted_of_extended_rate,
    t.n_reneged,
    t.renege_rate,
    t.median_answer_days,
    t.n_starts_due,
    t.n_started,
    t.n_no_shows,
    t.n_starts_pending,
    t.join_rate,
    t.median_time_to_start_days,
    t.n_hires_without_offer,
    t.is_provisional
from mart_offer as t
left join dim_org_unit as d on t.top_org_unit_key = d.org_unit_key
where
    t.month_on between $month::date - interval 12 month and $month::date
    and d.org_unit_id is not distinct from $department
order by t.month_on
