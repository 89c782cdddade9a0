with day as (

    select cast(unnest(generate_series(date '2000-01-01', date '2049-12-31', interval 1 day)) as date) as date_on

)

select
    date_on,
    {{ month_of('date_on') }} as month_on,
    cast(date_trunc('quarter', date_on) as date) as quarter_on,
    year(date_on)::integer as year,
    isodow(date_on) >= 6 as is_weekend
from day
