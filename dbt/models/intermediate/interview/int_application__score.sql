{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- The weights of the application's portrait make the overall score; dimensions that the portrait does
-- not name carry none.
with dimension as (

    select
        dimension.*,
        portrait.portrait_code,
        portrait.portrait_version,
        portrait.min_dimensions,
        weight.weight
    from {{ ref('fct_application_dimension') }} as dimension
    left join {{ ref('int_application__portrait') }} as portrait using (application_key)
    left join {{ source('ops', 'portrait_weight') }} as weight
        using (portrait_code, portrait_version, dimension_code)
    {% if is_incremental() %}
    where dimension.application_key in {{ touched_applications() }}
    {% endif %}

),

scorer as (

    select
        application_key,
        count(distinct scorer_type_code || ':' || coalesce(scorer_key, '')) as n_scorers,
        max(scored_at) as last_scored_at
    from {{ ref('fct_dimension_score') }}
    where application_key in (select application_key from dimension)
    group by application_key

),

overall as (

    select
        application_key,
        any_value(portrait_code) as portrait_code,
        any_value(portrait_version) as portrait_version,
        {% for code in dimensions() %}
        max(score_0_1) filter (dimension_code = '{{ code }}') as {{ code }}_score_0_1,
        {% endfor %}
        count(weight) as n_dimensions_scored,
        {{ overall_score('score_0_1', 'weight', 'max(min_dimensions)') }} as overall_score_0_100
    from dimension
    group by application_key

)

select
    overall.*,
    scorer.n_scorers,
    scorer.last_scored_at
from overall
inner join scorer using (application_key)
