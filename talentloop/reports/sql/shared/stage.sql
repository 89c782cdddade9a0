stage as (
    select distinct stage_code, stage_rank
    from fct_stage_event
    where stage_code not in ('rejected', 'withdrawn')
)
