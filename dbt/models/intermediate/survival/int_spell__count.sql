-- How many waits of each length, of each requisition, ended how: all that estimates need. Lengths are
-- in hundredths of a day up to ten days, and in tenths beyond.
with grouped as (

    {{ by_cohort(
        "count(*) as n",
        ref('int_spell__unite'),
        "measure_code, stage_code, requisition_key,
        case when duration_days < 10 then round(duration_days, 2) else round(duration_days, 1) end as duration_days,
        cause_code, is_zero_length"
    ) }}

)

select
    md5(concat_ws(
        '|', measure_code, coalesce(stage_code, ''), grouping_code, coalesce(group_code, ''),
        coalesce(month_on::varchar, '')
    )) as series_key,
    *
from grouped
