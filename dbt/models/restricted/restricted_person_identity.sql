{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "{{ forget('person_key', touched_persons()) }}",
        "{{ forget_gone_persons() }}",
    ]
) }}

with record as (

    {{ personal_records(['full_name', 'email', 'phone']) }}

)

select
    person_key,
    arg_max(full_name, recency) as full_name,
    arg_max(email, recency) as email,
    arg_max(phone, recency) as phone
from record
group by person_key
