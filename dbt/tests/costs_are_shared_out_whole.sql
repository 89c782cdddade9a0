-- What is shared out over units adds up to what was booked, to a fen per month.
with booked as (

    select
        month_on,
        sum(cost_amount) as cost_amount
    from {{ ref('int_cost__place') }}
    group by month_on

),

shared as (

    select
        month_on,
        sum(cost_amount) as cost_amount
    from {{ ref('int_cost__allocate') }}
    group by month_on

)

select booked.month_on
from booked
inner join shared using (month_on)
where abs(booked.cost_amount - shared.cost_amount) > 0.01
