with portrait as (

    select any_value(portrait_version) as portrait_version
    from {{ source('ops', 'portrait_weight') }}

)

select
    application.application_id,
    score.overall_score_0_100,
    {% for code in dimensions() %}
    round(100 * score.{{ code }}_score_0_1, 2) as {{ code }}_0_100,
    {% endfor %}
    score.n_scorers::integer as n_scorers,
    score.last_scored_at,
    portrait.portrait_version as rule_version
from {{ ref('fct_application') }} as application
inner join {{ ref('int_application__score') }} as score using (application_key)
cross join portrait
where application.source in {{ write_back_sources() }} and not application.is_excluded
