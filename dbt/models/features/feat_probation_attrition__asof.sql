-- Label: the employment ended within probation; a move within the company ends none. It is known when
-- probation has passed, for those who left and those who stayed alike; who is still in probation has
-- no label.
with employed as (

    -- Who never came has no employment, only a record of one.
    select
        feature.* exclude (terminated_on),
        case when ended.employee_key is null then feature.terminated_on else ended.terminated_on end
            as terminated_on
    from {{ ref('int_feature__assemble') }} as feature
    left join {{ ref('int_employment__end') }} as ended using (employee_key)

),

labelled as (

    select
        *,
        (probation_end_on + interval 1 day) at time zone time_zone as label_available_at,
        coalesce(
            (probation_end_on + interval 1 day) at time zone time_zone <= {{ as_of() }}
            and hired_on is not null
            and coalesce(terminated_on >= hired_on, true),
            false
        ) as is_mature,
        {{ local_date(as_of(), 'time_zone') }} as observed_on
    from employed

)

select
    {{ feature_columns() }},
    case when is_mature then coalesce(terminated_on <= probation_end_on, false) end as label,
    label_available_at,
    is_mature,
    is_mature as is_trainable,
    (is_open and n_dimensions_scored >= {{ var('min_dimensions') }})
    or coalesce(
        not is_mature
        and probation_end_on >= observed_on
        and coalesce(terminated_on > observed_on, true),
        false
    ) as is_scorable
from labelled
