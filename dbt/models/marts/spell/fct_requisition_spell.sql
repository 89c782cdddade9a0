-- A requisition's life as stays in a state. The log of events is the truth; where a source keeps
-- none, the dates of the record stand in. A state that nothing has ended yet has no end, and a
-- closed requisition does not grow.
with logged as (

    select
        requisition_key,
        case event_type_code
            when 'approved' then 'approved'
            when 'held' then 'on_hold'
            when 'closed' then 'closed'
            else 'open'
        end as requisition_state_code,
        event_type_code,
        occurred_at,
        requisition_event_key as tie
    from {{ ref('int_requisition_event__keep_newest') }}

),

recorded as (

    {% for state, event in [('approved', 'approved'), ('open', 'opened'), ('closed', 'closed')] %}
    select
        requisition_key,
        '{{ state }}' as requisition_state_code,
        '{{ event }}' as event_type_code,
        {{ event }}_at as occurred_at,
        '{{ loop.index }}' as tie
    from {{ ref('int_requisition__keep_newest') }}
    where {{ event }}_at is not null
        and requisition_key not in (select requisition_key from logged)
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

complete as (

    select * from logged
    union all
    select * from recorded

),

turn as (

    select *
    from complete
    window in_order as (partition by requisition_key order by occurred_at, tie)
    qualify requisition_state_code is distinct from lag(requisition_state_code) over in_order

),

followed as (

    select
        *,
        row_number() over in_order as sequence,
        lead(occurred_at) over in_order as ended_at,
        lead(event_type_code) over in_order as end_type_code,
        coalesce(bool_or(requisition_state_code = 'closed') over before, false) as was_closed
    from turn
    window
        in_order as (partition by requisition_key order by occurred_at, tie),
        before as (
            partition by requisition_key
            order by occurred_at, tie
            rows between unbounded preceding and 1 preceding
        )

)

select
    md5(requisition_key || ':' || sequence) as requisition_spell_key,
    requisition_key,
    requisition_state_code,
    sequence::integer as sequence,
    occurred_at as started_at,
    ended_at,
    end_type_code,
    {{ days_between('occurred_at', 'ended_at') }} as duration_days,
    ended_at is null and requisition_state_code <> 'closed' as is_open,
    requisition_state_code = 'open' and was_closed as is_reopening
from followed
