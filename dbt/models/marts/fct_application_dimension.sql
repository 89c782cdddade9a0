{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- Where one scorer scored a dimension of an interview again, the later score counts; the dimension's
-- score is the mean over scorers and interviews. Any dimension that is scored is here.
with latest as (

    select * from {{ ref('fct_dimension_score') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}
    qualify row_number() over (
        partition by application_key, interview_key, dimension_code, scorer_type_code, scorer_key
        order by scored_at desc, dimension_score_key
    ) = 1

)

select
    application_key,
    dimension_code,
    {{ mean_score('score_0_1') }} as score_0_1
from latest
group by application_key, dimension_code
