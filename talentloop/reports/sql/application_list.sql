-- Applications behind a figure of the funnel, newest first.
with

/* use selected_application */,

spell as (
    select
        s.application_key,
        bool_or(s.is_open) as is_open_here,
        arg_max(s.exit_type_code, s.sequence) as exit_type_code,
        any_value(s.stage_rank) as stage_rank,
        sum(coalesce(s.duration_days, s.open_days)) as days_in_stage
    from fct_stage_spell as s
    where s.stage_code = $stage and not s.is_accidental
    group by all
),

listed as (
    select
        a.application_id,
        a.person_key,
        r.title as requisition_title,
        a.department_name,
        a.department_name_en,
        a.source_channel_code,
        a.applied_at,
        a.current_stage_code,
        a.status_code,
        a.overall_score_0_100,
        s.days_in_stage,
        case
            when $stage::varchar is null then null
            when a.furthest_stage_rank > s.stage_rank then 'advanced'
            when s.is_open_here then 'open'
            else coalesce(s.exit_type_code, 'open')
        end as exit_type_code
    from selected_application as a
    left join dim_requisition as r on a.requisition_key = r.requisition_key
    left join spell as s on a.application_key = s.application_key
    where
        not a.is_excluded
        and ($stage::varchar is null or s.application_key is not null)
)

select *, count(*) over () as n_total
from listed
where $exit::varchar is null or exit_type_code = $exit
order by applied_at desc, application_id
limit $limit offset $offset
