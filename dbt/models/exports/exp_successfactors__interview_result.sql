select
    application.source,
    application.application_id,
    score.overall_score_0_100,
    {% for code in dimensions() %}
    round(100 * score.{{ code }}_score_0_1, 2) as {{ code }}_0_100,
    {% endfor %}
    score.n_scorers::integer as n_scorers,
    score.last_scored_at,
    case
        when score.portrait_code = 'default' then score.portrait_version
        else score.portrait_code || '-' || score.portrait_version
    end as rule_version
from {{ ref('fct_application') }} as application
inner join {{ ref('int_application__score') }} as score using (application_key)
where application.source in {{ write_back_sources() }} and not application.is_excluded
