-- Records that do not state a field, the newest month first.
with

listed as (
    select
        c.entity_code,
        c.source,
        c.field_code,
        c.record_number,
        c.record_key,
        c.month_on
    from fct_missing_field as c
    where
        c.month_on
        /* use within_months */
        and ($entity::varchar is null or c.entity_code = $entity)
        and ($source::varchar is null or c.source = $source)
        and ($field::varchar is null or c.field_code = $field)
)

select *, count(*) over () as n_total
from listed
order by month_on desc, record_key, field_code
limit $limit offset $offset
