-- No decision lies in the future, and no label is used before it is known.
select
    application_key,
    decision_at
from {{ ref('int_feature__assemble') }}
where decision_at > {{ as_of() }}
union all
select
    application_key,
    label_available_at
from {{ ref('feat_performance_6m__asof') }}
where label is not null and label_available_at > {{ as_of() }}
union all
select
    application_key,
    label_available_at
from {{ ref('feat_probation_attrition__asof') }}
where label is not null and label_available_at > {{ as_of() }}
