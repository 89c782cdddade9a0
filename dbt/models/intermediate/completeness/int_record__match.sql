-- What only two records together can tell: a hire without an offer, a cost without a rate.
select
    'hire' as entity_code,
    application.source,
    application.application_key as record_key,
    application.application_id as record_number,
    {{ month_of(local_date('coalesce(application.accepted_at, application.applied_at)',
        "'" ~ var('default_time_zone') ~ "'")) }} as month_on,
    'offer' as field_code,
    application.application_key in (select application_key from {{ ref('fct_offer') }}) as is_stated
from {{ ref('fct_application') }} as application
where application.is_hired and not application.is_excluded
union all
select
    'recruiting_cost' as entity_code,
    cost.source,
    cost.recruiting_cost_key as record_key,
    null as record_number,
    {{ month_of('cost.incurred_on') }} as month_on,
    'exchange_rate' as field_code,
    placed.cost_amount is not null as is_stated
from {{ ref('int_recruiting_cost__keep_newest') }} as cost
inner join {{ ref('int_cost__place') }} as placed using (recruiting_cost_key)
