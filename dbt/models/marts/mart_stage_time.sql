-- Time in each stage of those who were hired, by the month in which they accepted.
select
    hire.month_on,
    spell.stage_code,
    count(*) as n,
    median(spell.duration_days) as median_days
from {{ ref('int_hire__count') }} as hire
inner join {{ ref('fct_stage_spell') }} as spell using (application_key)
where not spell.is_open and not spell.is_accidental and spell.stage_code <> 'hired'
group by hire.month_on, spell.stage_code
