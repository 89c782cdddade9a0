{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- Where one scorer scored a dimension of an interview again, the later score counts. A dimension's
-- score is the mean over scorers and interviews; the portrait's weights make the overall score.
with latest as (

    select
        *,
        scorer_type_code || ':' || coalesce(scorer_key, '') as scorer
    from {{ ref('fct_dimension_score') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}
    qualify row_number() over (
        partition by application_key, interview_key, dimension_code, scorer_type_code, scorer_key
        order by scored_at desc, dimension_score_key
    ) = 1

),

dimension as (

    select
        application_key,
        dimension_code,
        {{ mean_score('score_0_1') }} as score_0_1
    from latest
    group by application_key, dimension_code

),

scorer as (

    select
        application_key,
        count(distinct scorer) as n_scorers,
        max(scored_at) as last_scored_at
    from latest
    group by application_key

),

overall as (

    select
        dimension.application_key,
        {% for code in dimensions() %}
        max(dimension.score_0_1) filter (dimension.dimension_code = '{{ code }}') as {{ code }}_score_0_1,
        {% endfor %}
        count(weight.weight) as n_dimensions_scored,
        {{ overall_score('dimension.score_0_1', 'weight.weight') }} as overall_score_0_100
    from dimension
    left join {{ source('ops', 'portrait_weight') }} as weight using (dimension_code)
    group by dimension.application_key

)

select
    overall.*,
    scorer.n_scorers,
    scorer.last_scored_at
from overall
inner join scorer using (application_key)
