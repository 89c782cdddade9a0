-- The report marts over the fixture's base facts; plain definitions, small data.
create table meta_build as
select
    getvariable('as_of') as as_of,
    getvariable('as_of') as built_at,
    'fixture' as dbt_invocation_id,
    true as is_simulated,
    '1' as schema_version;

create table mart_stage_time as
select
    date_trunc('month', timezone('Asia/Shanghai', a.accepted_at))::date as month_on,
    s.stage_code,
    count(*)::integer as n,
    median(s.duration_days) as median_days
from fct_stage_spell as s
inner join fct_application as a using (application_key)
where a.accepted_at is not null and not a.is_excluded and s.stage_code <> 'hired'
group by all;

create table mart_decline_reason as
select
    date_trunc('month', timezone('Asia/Shanghai', o.decided_at))::date as month_on,
    o.decline_reason_code,
    count(*)::integer as n
from fct_offer as o
inner join fct_application as a using (application_key)
where o.status_code in ('declined', 'expired') and not a.is_excluded
group by all;

create table mart_monthly_hiring_efficiency as
with scope as (
    select null::varchar as top_org_unit_key
    union all select org_unit_key from dim_org_unit where parent_org_unit_key is not null
),
month as (select unnest(generate_series(date '2024-08-01', date '2026-10-01', interval 1 month))::date as month_on),
accepted as (
    select *, date_trunc('month', timezone('Asia/Shanghai', accepted_at))::date as m
    from fct_application where accepted_at is not null and not is_excluded
),
decided as (
    select a.top_org_unit_key, o.status_code,
        date_trunc('month', timezone('Asia/Shanghai', o.decided_at))::date as m
    from fct_offer as o inner join fct_application as a using (application_key)
    where not a.is_excluded and o.decided_at is not null
),
base as (select * from month cross join scope),
hires as (
    select b.month_on, b.top_org_unit_key as k, count(x.application_key) as n,
        quantile_cont(x.time_to_hire_days, 0.25) as p25, median(x.time_to_hire_days) as p50,
        quantile_cont(x.time_to_hire_days, 0.75) as p75, quantile_cont(x.time_to_hire_days, 0.9) as p90
    from base as b left join accepted as x
        on x.m = b.month_on and (b.top_org_unit_key is null or x.top_org_unit_key = b.top_org_unit_key)
    group by all
),
offers as (
    select b.month_on, b.top_org_unit_key as k, count(x.status_code) as n,
        count(*) filter (where x.status_code = 'accepted') as n_yes
    from base as b left join decided as x
        on x.m = b.month_on and (b.top_org_unit_key is null or x.top_org_unit_key = b.top_org_unit_key)
    group by all
),
starts as (
    select b.month_on, b.top_org_unit_key as k,
        count(x.start_on) filter (where x.start_on <= getvariable('as_of')::date) as n_due,
        count(x.start_on) filter (where x.start_on > getvariable('as_of')::date) as n_pending,
        count(x.started_on) as n_started
    from base as b
    left join (select * from accepted inner join fct_offer as o using (application_key)) as x
        on date_trunc('month', x.start_on)::date = b.month_on
        and (b.top_org_unit_key is null or x.top_org_unit_key = b.top_org_unit_key)
    group by all
),
applied as (
    select b.month_on, b.top_org_unit_key as k, count(x.application_key) as n
    from base as b left join fct_application as x
        on x.cohort_month_on = b.month_on and not x.is_excluded
        and (b.top_org_unit_key is null or x.top_org_unit_key = b.top_org_unit_key)
    group by all
),
openings as (
    select b.month_on, b.top_org_unit_key as k, count(o.opening_key) as n_due,
        count(*) filter (where o.is_filled_on_time) as n_on_time
    from base as b
    left join dim_requisition as r
        on not r.is_test and (b.top_org_unit_key is null or r.top_org_unit_key = b.top_org_unit_key)
    left join dim_opening as o
        on r.requisition_key = o.requisition_key and date_trunc('month', o.target_fill_on)::date = b.month_on
    group by all
)
select
    h.month_on, h.k as top_org_unit_key, a.n as n_applications, h.n as n_accepted,
    h.p25 as time_to_hire_p25_days, h.p50 as time_to_hire_median_days,
    h.p75 as time_to_hire_p75_days, h.p90 as time_to_hire_p90_days,
    o.n as n_offers_decided, o.n_yes as n_offers_accepted, o.n_yes / nullif(o.n, 0) as offer_acceptance_rate,
    p.n_due as n_openings_due, p.n_on_time as n_openings_on_time,
    p.n_on_time / nullif(p.n_due, 0) as on_time_fill_rate,
    s.n_due as n_starts_due, s.n_started, s.n_pending as n_starts_pending,
    s.n_started / nullif(s.n_due, 0) as join_rate,
    s.n_started as n_starters, 0 as n_observed_90d, null::double as retention_90d_rate,
    null::double as retention_90d_lower, null::double as retention_90d_upper,
    s.n_pending > 0 as is_provisional
from hires as h
inner join offers as o on h.month_on = o.month_on and h.k is not distinct from o.k
inner join starts as s on h.month_on = s.month_on and h.k is not distinct from s.k
inner join applied as a on h.month_on = a.month_on and h.k is not distinct from a.k
inner join openings as p on h.month_on = p.month_on and h.k is not distinct from p.k;

create table mart_time_to_hire as
select
    month_on as hired_month_on, top_org_unit_key, n_accepted as n, time_to_hire_p25_days as p25_days,
    time_to_hire_median_days as median_days, time_to_hire_p75_days as p75_days,
    time_to_hire_p90_days as p90_days, time_to_hire_median_days as mean_days,
    getvariable('as_of') as observed_through_at, 'mature' as state_code
from mart_monthly_hiring_efficiency where n_accepted > 0;

create table mart_source_quality as
select
    source_channel_code, count(*) as n_applications, count(*) filter (where not is_open) as n_resolved,
    count(*) filter (where is_open) as n_open, count(*) filter (where is_hired) as n_hires,
    n_hires / n_resolved as hire_rate, hire_rate * 0.8 as hire_rate_lower, hire_rate * 1.2 as hire_rate_upper,
    count(started_on) as n_started, count(started_on) as n_observed_90d, 0.93 as retention_90d_rate,
    0.88 as retention_90d_lower, 0.96 as retention_90d_upper, 12 as n_rated, 0.1 as mean_rating_z
from fct_application where not is_excluded group by source_channel_code;

create table mart_hiring_funnel as
select
    cohort_month_on, top_org_unit_key, job_family_code, source_channel_code, stage_code, stage_rank,
    count(*) as n_entered, count(*) filter (where exit_type_code = 'advanced') as n_advanced,
    count(*) filter (where exit_type_code = 'rejected') as n_rejected,
    count(*) filter (where exit_type_code = 'withdrawn') as n_withdrawn, 0 as n_job_closed,
    count(*) filter (where is_open) as n_open, 0 as n_reopened, median(duration_days) as median_days
from fct_stage_spell where not is_excluded group by all;

create table fct_stage_time as
select
    s.application_key, s.stage_code, s.stage_rank, s.cohort_month_on, s.top_org_unit_key, s.job_family_code,
    s.source_channel_code, sum(coalesce(s.duration_days, s.open_days)) as duration_days,
    case when not bool_or(s.is_open) then arg_max(s.exit_type_code, s.sequence) end as outcome_code,
    count(*)::integer as n_spells
from fct_stage_spell as s
where not s.is_excluded and not s.is_accidental and s.stage_code <> 'hired'
group by all;

create table fct_opening_wait as
select
    o.opening_key, o.requisition_key, r.top_org_unit_key, r.job_family_code,
    date_trunc('month', o.opened_at)::date as month_on, o.opened_at >= '2025-12-01' as is_recent_cohort,
    o.opened_at, getvariable('as_of') as ended_at, o.status_code,
    (epoch_us(getvariable('as_of')) - epoch_us(o.opened_at)) / 86400e6 as waited_days,
    date_trunc('month', o.target_fill_on)::date as due_month_on, o.is_filled_on_time as is_on_time
from dim_opening as o inner join dim_requisition as r using (requisition_key) where not r.is_test;

create table fct_employment_follow as
select
    e.employee_key, e.application_key, a.requisition_key, e.person_key, e.top_org_unit_key, e.job_family_code,
    e.source_channel_code, date_trunc('month', e.hired_on)::date as month_on,
    e.hired_on >= '2025-12-01' as is_recent_cohort, e.hired_on, e.probation_end_on,
    getvariable('as_of')::date as observed_on,
    least(coalesce(e.terminated_on, getvariable('as_of')::date), getvariable('as_of')::date) - e.hired_on
        as followed_days,
    e.terminated_on is not null as has_left, e.termination_type_code
from dim_employee as e inner join fct_application as a using (application_key)
where not a.is_excluded and e.status_code <> 'not_started';

create table fct_offer_outcome as
select
    o.application_key, a.top_org_unit_key, date_trunc('month', o.extended_at)::date as extended_month_on,
    1 as n_versions, replace(o.status_code, 'extended', 'open') as answer_code, false as is_expired_by_deadline,
    false as is_reneged, null::double as answer_days, null::varchar as start_code,
    null::double as time_to_start_days,
    date_trunc('month', timezone('Asia/Shanghai', o.decided_at))::date as decided_month_on,
    o.decided_at is not null as is_decided, o.status_code = 'accepted' as is_accepted,
    case when o.accepted_at is not null then date_trunc('month', o.start_on)::date end as start_month_on,
    o.start_on > getvariable('as_of')::date as is_pending, a.started_on is not null as is_started
from fct_offer as o inner join fct_application as a using (application_key) where not a.is_excluded;

create table fct_score_outcome as
select
    r.application_key, s.dimension_code, a.job_family_code, r.months_since_start as months,
    avg(s.score_0_1) as score_0_1, any_value(a.overall_score_0_100) as overall_score_0_100,
    any_value(r.rating_0_1) as rating_0_1, any_value(r.rating_z) as rating_z
from fct_performance_review as r
inner join fct_application as a using (application_key)
inner join fct_dimension_score as s using (application_key)
where not a.is_excluded group by all;

create table mart_survival_summary as
select
    'time_in_stage' as measure_code, stage_code, 'company' as grouping_code, null::varchar as group_code,
    null::date as month_on, count(*) as n, count(*) filter (where outcome_code is null) as n_open,
    0 as n_zero_length, getvariable('as_of') as observed_through_at, 'mature' as state_code,
    quantile_cont(duration_days, 0.25) as p25_days, null::double as p25_days_lower,
    null::double as p25_days_upper, median(duration_days) as median_days,
    null::double as median_days_lower, null::double as median_days_upper,
    quantile_cont(duration_days, 0.75) as p75_days, null::double as p75_days_lower,
    null::double as p75_days_upper, quantile_cont(duration_days, 0.9) as p90_days,
    null::double as p90_days_lower, null::double as p90_days_upper, median(duration_days) as completed_median_days
from fct_stage_time group by stage_code
union all
select 'time_to_fill', null, 'unit', top_org_unit_key, null, count(*),
    count(*) filter (where status_code <> 'filled'), 0, getvariable('as_of'), 'provisional',
    31.5, 20.0, 48.0, 52.0, 40.0, null, 80.0, 60.0, null, null, 75.0, null, 44.0
from fct_opening_wait where is_recent_cohort group by top_org_unit_key;

create table mart_incidence_curve as
select
    measure_code, stage_code, grouping_code, group_code, month_on, unnest(['advanced', 'rejected']) as cause_code,
    unnest([3, 3]) as day, unnest([0.4, 0.3]) as incidence_rate, unnest([0.3, 0.2]) as incidence_lower,
    unnest([0.5, 0.4]) as incidence_upper
from mart_survival_summary where measure_code = 'time_in_stage';

create table mart_retention as
select
    horizon_code, 'month' as grouping_code, null::varchar as group_code, month_on, count(*) as n,
    count(*) filter (where not has_left and followed_days < case horizon_code when '90_days' then 90
        when '180_days' then 180 when '365_days' then 365 else 181 end) as n_open, getvariable('as_of') as observed_through_at, 'mature' as state_code, 0.86 as retention_rate,
    0.6 as retention_lower, 0.96 as retention_upper, 0.07 as voluntary_rate, 0.0 as employer_rate,
    0.07 as failed_probation_rate, 0.0 as unknown_rate
from (select unnest(['90_days', '180_days', '365_days', 'probation']) as horizon_code)
cross join fct_employment_follow group by horizon_code, month_on;

create table mart_stage_pass as
select
    'company' as grouping_code, null::varchar as group_code, null::date as month_on, stage_code, stage_rank,
    sum(n_entered) as n_entered, sum(n_advanced) as n_advanced, sum(n_rejected) as n_rejected,
    sum(n_withdrawn) as n_withdrawn, 0 as n_job_closed, sum(n_open) as n_open,
    sum(n_entered) - sum(n_open) as n_resolved, 0 as n_reopened, getvariable('as_of') as observed_through_at,
    'mature' as state_code, sum(n_advanced) / (sum(n_entered) - sum(n_open)) as pass_rate,
    0.3 as pass_rate_lower, 0.7 as pass_rate_upper,
    sum(n_advanced) / (sum(n_entered) - sum(n_open)) as judged_pass_rate
from mart_hiring_funnel where stage_code <> 'hired' group by stage_code, stage_rank;

create table mart_hire_rate as
select
    'month' as grouping_code, null::varchar as group_code, cohort_month_on as month_on, count(*) as n,
    count(*) filter (where is_hired) as n_hired, count(*) filter (where is_open) as n_open, 0 as n_reopened,
    getvariable('as_of') as observed_through_at, 'mature' as state_code, 0.2 as hire_rate, 0.1 as hire_rate_lower,
    0.4 as hire_rate_upper, 0.1 as hired_30_days_rate, 0.05 as hired_30_days_lower, 0.2 as hired_30_days_upper,
    0.2 as hired_60_days_rate, 0.1 as hired_60_days_lower, 0.4 as hired_60_days_upper, 0.2 as hired_90_days_rate,
    0.1 as hired_90_days_lower, 0.4 as hired_90_days_upper
from fct_application where not is_excluded group by cohort_month_on;

create table mart_interview_validity as
select
    d.dimension_code, 'all' as job_family_code, 6 as months,
    (select count(*) from fct_score_outcome as o where o.dimension_code = d.dimension_code and o.months = 6) as n,
    (select count(*) from fct_employment_follow where hired_on + interval 6 month <= observed_on) as n_hired,
    0.91 as coverage_rate,
    d.r as pearson_r, d.r - 0.24 as pearson_lower, d.r + 0.22 as pearson_upper, d.r - 0.01 as spearman_r,
    d.r - 0.25 as spearman_lower, d.r + 0.21 as spearman_upper, 0.1 as sd_applicants, 0.08 as sd_hired,
    1.25 as restriction_u, d.r * 1.22 as corrected_r, d.r * 1.22 - 0.28 as corrected_lower,
    d.r * 1.22 + 0.25 as corrected_upper, null::double as criterion_corrected_r, 0.3 as overall_r,
    0.01 as delta_r2, true as is_shown, false as may_change_weights
from (values ('teamwork', 0.31), ('professionalism', 0.26), ('logic', 0.2), ('communication', 0.12),
    ('stress', 0.05), ('culture', -0.04)) as d (dimension_code, r);

create table mart_score_threshold as
select
    'score_90_excellent' as threshold_code, d.dimension_code, 'all' as job_family_code, 6 as months,
    64 as n, 12 as n_high, d.k as n_high_excellent, d.k / 12 as high_rate, d.k / 12 - 0.2 as high_lower,
    d.k / 12 + 0.2 as high_upper, 52 as n_low, 15 as n_low_excellent, 15 / 52 as low_rate, 0.18 as low_lower,
    0.42 as low_upper, d.k / 12 - 15 / 52 as difference, d.k / 12 - 15 / 52 - 0.24 as difference_lower,
    d.k / 12 - 15 / 52 + 0.24 as difference_upper, 3.4 as odds_ratio, d.p as p_value, 6 as n_tests,
    least(1, 6 * d.p) as holm_p_value, least(1, 3 * d.p) as bh_p_value, d.dimension_code <> 'culture' as is_shown
from (values ('teamwork', 9, 0.0004), ('logic', 7, 0.09), ('culture', 3, 0.8))
    as d (dimension_code, k, p);

create table mart_scorer_agreement as
select
    c.comparison_code, d.dimension_code, 164 as n_targets, 14 as n_raters, 328 as n_scores,
    2.0 as scores_per_target, c.icc as icc_1_1, c.icc - 0.1 as icc_1_1_lower, c.icc + 0.08 as icc_1_1_upper,
    c.icc + 0.1 as icc_1_k, c.icc as icc_1_k_lower, c.icc + 0.15 as icc_1_k_upper, c.icc as icc_2_1,
    c.icc + 0.1 as icc_2_k, c.icc as weighted_kappa, c.icc as krippendorff_alpha,
    0.01 as mean_difference_0_1, true as is_shown
from (values ('human_human', 0.58), ('human_ai', 0.54), ('ai_ai', 0.9)) as c (comparison_code, icc)
cross join (values ('teamwork'), ('logic')) as d (dimension_code);

create table mart_interviewer_rating as
select
    md5('person' || k) as scorer_key, null::date as quarter_on, 46 as n_applications,
    (k - 3) / 60 as deviation_0_1, (k - 3) / 80 as leniency_0_1, (k - 3) / 80 - 0.02 as leniency_lower_0_1,
    (k - 3) / 80 + 0.02 as leniency_upper_0_1, 0.95 as spread_ratio, 0.4 as halo_r, 0.35 as company_halo_r,
    true as is_shown
from generate_series(0, 6) as s (k);

create table dim_portrait_weight as
select
    'default' as portrait_code, '1' as portrait_version, d.dimension_code, d.weight, 4 as min_dimensions,
    null::timestamptz as effective_at
from (values ('communication', 0.15), ('logic', 0.2), ('professionalism', 0.25), ('teamwork', 0.15),
    ('stress', 0.15), ('culture', 0.1)) as d (dimension_code, weight);
create table fct_application_dimension as
select application_key, dimension_code, avg(score_0_1) as score_0_1
from fct_dimension_score group by all;

create table talent_profile as
with newest as (
    select *, count(*) over (partition by person_key) as n_applications
    from fct_application
    qualify row_number() over (partition by person_key order by applied_at desc) = 1
)
select
    a.person_key, 'bachelor' as education_level_code, '软件工程' as major, 5.5 as years_experience,
    ['Python', 'SQL'] as skills, a.source_channel_code, a.application_key, a.requisition_key,
    r.title as requisition_title, a.org_unit_key, a.top_org_unit_key, a.job_family_code, a.applied_at,
    a.status_code, a.current_stage_code as stage_code, a.n_applications::integer as n_applications,
    (a.overall_score_0_100 is not null)::integer as n_interviews,
    (select min(started_at) from fct_interview as i where i.application_key = a.application_key)
        as last_interview_at,
    null::double as communication_score_0_100, null::double as logic_score_0_100,
    null::double as professionalism_score_0_100, null::double as teamwork_score_0_100,
    null::double as stress_score_0_100, null::double as culture_score_0_100,
    a.overall_score_0_100, case when a.overall_score_0_100 is null then 0 else 3 end as n_scorers,
    coalesce(a.overall_score_0_100 >= 80, false) as is_high_potential, '1' as tag_rule_version,
    case when e.terminated_on is not null then 'left' else a.status_code end as outcome_code,
    e.hired_on, e.terminated_on, null::double as performance_month_3_0_1,
    null::double as performance_month_6_0_1, null::double as performance_month_12_0_1,
    null::double as performance_6m_probability, null::double as performance_6m_lower,
    null::double as performance_6m_upper, null::double as probation_attrition_probability,
    null::double as probation_attrition_lower, null::double as probation_attrition_upper
from newest as a
left join dim_requisition as r on a.requisition_key = r.requisition_key
left join dim_employee as e on a.application_key = e.application_key;

create table mart_person_cluster as
select
    person_key, 1 + (row_number() over (order by person_key) % 2)::integer as n_records,
    1 as n_exact_components, 0 as n_links, null::double as weakest_match_weight,
    if(n_records > 1, 'exact', 'single') as joined_by_code
from talent_profile;
