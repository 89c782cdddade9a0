with opening as (

    select * from {{ ref('int_opening__keep_newest') }}

),

joined as (

    select
        opening.*,
        opening.status_code = 'filled' as is_filled,
        wait.waited_days,
        wait.waited_first_days,
        wait.waited_latest_days,
        wait.waited_since_fill_days,
        coalesce(requisition.time_zone, '{{ var("default_time_zone") }}') as time_zone
    from opening
    left join {{ ref('int_opening__wait') }} as wait using (opening_key)
    left join {{ ref('dim_requisition') }} as requisition
        on opening.requisition_key = requisition.requisition_key

)

select
    opening_key,
    requisition_key,
    opened_at,
    target_fill_on,
    status_code,
    filled_at,
    filled_application_key,
    -- A seat filled before it opened is no time. The clocks that configuration did not choose stand
    -- beside the one that it did.
    case when is_filled and filled_at >= opened_at then waited_days end as time_to_fill_days,
    case when is_filled and filled_at >= opened_at then waited_first_days end as waited_first_days,
    case when is_filled and filled_at >= opened_at then waited_latest_days end as waited_latest_days,
    case when is_filled and filled_at >= opened_at then waited_since_fill_days end
        as waited_since_fill_days,
    status_code = 'open' as is_open,
    status_code = 'cancelled' as is_cancelled,
    case when is_filled then {{ local_date('filled_at', 'time_zone') }} <= target_fill_on end
        as is_filled_on_time
from joined
