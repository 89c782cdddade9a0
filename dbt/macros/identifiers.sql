{#
    What makes two records one person. Values that cannot name a person give null: an address
    without its parts, a number that is not E.164 or repeats one digit, an empty hash. A phone is
    often a family's: where a name is known, both must agree; other spellings of the name are left
    to the links of config/identity.yml.
#}
{% macro email_identifier(email) -%}
    case when regexp_full_match(lower(trim({{ email }})), '[^@\s]+@[^@\s]+\.[^@\s.]+')
        then 'email:' || lower(trim({{ email }}))
    end
{%- endmacro %}

{% macro phone_identifier(phone, full_name) -%}
    case
        when regexp_full_match(trim({{ phone }}), '\+[1-9][0-9]{6,14}')
            and not regexp_full_match(right(trim({{ phone }}), 7), '0+|1+|2+|3+|4+|5+|6+|7+|8+|9+')
            then 'phone:' || trim({{ phone }})
                || coalesce(':' || nullif(lower(regexp_replace({{ full_name }}, '\s', '', 'g')), ''), '')
    end
{%- endmacro %}

{% macro national_identifier(national_id_hash) -%}
    'national_id:' || nullif(trim({{ national_id_hash }}), '')
{%- endmacro %}
