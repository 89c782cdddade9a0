{{ landed('recruiting_cost') }}

select
    {{ key('source_id') }} as recruiting_cost_key,
    {{ key('requisition_id', 'coalesce(reference_source, source)') }} as requisition_key,
    {{ key('org_unit_id', 'coalesce(reference_source, source)') }} as org_unit_key,
    {{ key('application_id', 'coalesce(reference_source, source)') }} as application_key,
    source,
    cost_type_code,
    nature_code,
    worker_type_code,
    amount,
    amount_currency_code,
    is_vat_included,
    vat_rate,
    incurred_on,
    accrued_on,
    paid_on,
    source_channel_code,
    {{ version_columns() }}
from landed
