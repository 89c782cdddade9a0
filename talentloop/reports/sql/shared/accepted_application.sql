accepted_application as (
    select
        a.*,
        date_trunc('month', timezone(coalesce(r.time_zone, $zone), a.accepted_at::timestamptz))::date
            as accepted_month_on
    from fct_application as a
    left join dim_requisition as r on a.requisition_key = r.requisition_key
    where a.is_hired and not a.is_excluded and a.accepted_at is not null
)
