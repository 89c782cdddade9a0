-- An open application is in exactly one stage, a finished one in none; each spell that has an end
-- says how it ended.
with spell as (

    select
        application_key,
        count(*) filter (is_open) as n_open,
        count(*) filter (is_open <> (exit_type_code is null)) as n_unclear
    from {{ ref('fct_stage_spell') }}
    group by application_key

)

select
    application.application_key,
    spell.n_open,
    spell.n_unclear
from {{ ref('fct_application') }} as application
left join spell using (application_key)
where spell.n_open is distinct from application.is_open::integer
    or spell.n_unclear > 0
