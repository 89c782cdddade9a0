-- How many waits of each length, in hundredths of a day, of each requisition ended how: all that
-- estimates need.
with grouped as (

    {{ by_cohort(
        "count(*) as n",
        ref('int_spell__unite'),
        "measure_code, stage_code, requisition_key, round(duration_days, 2) as duration_days, cause_code, is_zero_length"
    ) }}

)

select
    md5(concat_ws(
        '|', measure_code, coalesce(stage_code, ''), grouping_code, coalesce(group_code, ''),
        coalesce(month_on::varchar, '')
    )) as series_key,
    *
from grouped
