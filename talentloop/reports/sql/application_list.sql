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

-- Where skipped stages count, whoever came further was there.
place as (
    select list_position(
        ['applied', 'screen', 'ai_interview', 'interview', 'offer_approval', 'offer', 'hired'], $stage
    ) as stage_rank
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
            when $implied and (a.furthest_stage_rank > p.stage_rank or a.is_hired) then 'advanced'
            when $implied then case when a.is_open then 'open' else a.status_code end
            when a.furthest_stage_rank > s.stage_rank then 'advanced'
            when s.is_open_here then 'open'
            else coalesce(s.exit_type_code, 'open')
        end as exit_type_code
    from selected_application as a
    left join dim_requisition as r on a.requisition_key = r.requisition_key
    left join spell as s on a.application_key = s.application_key
    left join place as p on true
    where
        not a.is_excluded
        and (
            $stage::varchar is null
            or case when $implied then a.furthest_stage_rank >= p.stage_rank
                else s.application_key is not null end
        )
        and case $state
            when 'open' then a.is_open
            when 'resolved' then not a.is_open
            when 'hired' then a.is_hired
            else true
        end
)

select *, count(*) over () as n_total
from listed
where
    $exit::varchar is null
    or exit_type_code = $exit
    or ($exit = 'resolved' and exit_type_code <> 'open')
order by applied_at desc, application_id
limit $limit offset $offset
