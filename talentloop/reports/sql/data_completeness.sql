-- What reports need and records do not say, by the month in which records were made, the emptiest
-- fields first.
select
    c.entity_code,
    c.source,
    c.field_code,
    sum(c.n_records) as n_records,
    sum(c.n_stated) as n_stated,
    sum(c.n_missing) as n_missing,
    sum(c.n_stated) / sum(c.n_records)::double as filled_share
from mart_data_completeness as c
where
    c.month_on
    /* use within_months */
group by c.entity_code, c.source, c.field_code
order by filled_share, c.entity_code, c.source, c.field_code
