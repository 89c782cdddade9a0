-- One row per hire and component of quality that is mature: ratings relative to their job family and
-- review cycle; retention relative to the job family and year of start. A component that cannot be
-- known yet has no row; where nobody differs there is nothing to compare.
with starter as (

    select
        follow.employee_key,
        follow.application_key,
        follow.top_org_unit_key,
        follow.source_channel_code,
        follow.hired_on,
        follow.observed_on,
        follow.followed_days,
        follow.has_left,
        employee.job_family_code
    from {{ ref('int_employment__follow') }} as follow
    inner join {{ ref('dim_employee') }} as employee using (employee_key)

),

rating as (

    select
        employee_key,
        'performance_' || months_since_start || 'm' as component_code,
        arg_max(rating_z, (finalised_at, performance_review_key)) as value_raw,
        arg_max(rating_z, (finalised_at, performance_review_key)) as value_z
    from {{ ref('fct_performance_review') }}
    where review_type_code in ('month_6', 'month_12') and rating_z is not null
    group by employee_key, months_since_start

),

stayed as (

    {% for days in [90, 180, 365] %}
    select
        employee_key,
        'retention_{{ days }}d' as component_code,
        job_family_code,
        year(hired_on) as start_year,
        (not (has_left and followed_days <= {{ days }}))::integer as is_kept
    from starter
    where observed_on - hired_on >= {{ days }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

retention as (

    select
        employee_key,
        component_code,
        is_kept::double as value_raw,
        round(
            (is_kept - avg(is_kept) over peers) / nullif(round(stddev_samp(is_kept) over peers, 12), 0), 9
        ) as value_z
    from stayed
    window peers as (partition by component_code, job_family_code, start_year)

),

component as (

    select * from rating
    union all
    select * from retention

)

select
    starter.employee_key,
    starter.top_org_unit_key,
    starter.source_channel_code,
    component.component_code,
    component.value_raw,
    component.value_z
from component
inner join starter using (employee_key)
