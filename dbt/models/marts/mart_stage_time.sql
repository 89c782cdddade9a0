-- Time in each stage of those who were hired, by the month in which they accepted. A stage passed
-- in no time was entered afterwards, to catch up.
select
    hire.month_on,
    stage_time.stage_code,
    count(*) as n,
    median(stage_time.duration_days) as median_days
from {{ ref('int_hire__count') }} as hire
inner join {{ ref('fct_stage_time') }} as stage_time using (application_key)
where stage_time.outcome_code is not null and stage_time.duration_days > 0
group by hire.month_on, stage_time.stage_code
