-- What reports need and records do not say, the emptiest fields first.
select
    entity_code,
    source,
    field_code,
    n_records,
    n_missing,
    filled_share
from mart_data_completeness
order by filled_share, entity_code, source, field_code
