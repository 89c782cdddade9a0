accepted_application as (
    select
        a.*,
        date_trunc('month', timezone($zone, a.accepted_at::timestamptz))::date as accepted_month_on
    from fct_application as a
    where a.accepted_at is not null and not a.is_excluded
)
