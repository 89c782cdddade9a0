{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "{{ forget('person_key', touched_persons()) }}",
        "{{ forget_gone_persons() }}",
    ]
) }}

with record as (

    {{ personal_records([
        'gender', 'birth_on', 'age_years', 'ethnicity', 'marital_status', 'citizenship', 'protected_group'
    ]) }}

)

select
    person_key,
    arg_max(gender, recency) as gender,
    -- Where only an age is kept, the year in which the record was last changed dates it.
    arg_max(coalesce(year(birth_on), year(source_updated_at) - age_years), recency)::integer as birth_year,
    arg_max(ethnicity, recency) as ethnicity,
    arg_max(marital_status, recency) as marital_status,
    arg_max(citizenship, recency) as citizenship,
    arg_max(protected_group, recency) as protected_group
from record
group by person_key
