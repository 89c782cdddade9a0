with day as (

    select date '2000-01-01' + n::integer as date_on
    from range(date '2050-01-01' - date '2000-01-01') as days (n)

)

select
    date_on,
    {{ month_of('date_on') }} as month_on,
    date_trunc('quarter', date_on)::date as quarter_on,
    year(date_on)::integer as year,
    isodow(date_on) >= 6 as is_weekend
from day
