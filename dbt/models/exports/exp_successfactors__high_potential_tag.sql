-- Both answers are exported: a tag is withdrawn where a restated score no longer earns it.
select
    application.source,
    application.application_id,
    application.overall_score_0_100 >= rule.min_score_0_100 as is_high_potential,
    application.overall_score_0_100,
    rule.rule_version
from {{ ref('fct_application') }} as application
cross join {{ source('ops', 'tag_rule') }} as rule
where application.source in {{ write_back_sources() }}
    and not application.is_excluded
    and application.overall_score_0_100 is not null
