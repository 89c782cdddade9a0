{#
    What makes two records one person. Values that cannot name a person give null: an address
    without its parts, a number that is not E.164 or repeats one digit, an empty hash.
#}
{% macro email_identifier(email) -%}
    case when regexp_full_match(lower(trim({{ email }})), '[^@\s]+@[^@\s]+\.[^@\s.]+')
        then 'email:' || lower(trim({{ email }}))
    end
{%- endmacro %}

{% macro phone_identifier(phone) -%}
    case
        when regexp_full_match(trim({{ phone }}), '\+[1-9][0-9]{6,14}')
            and not regexp_full_match(right(trim({{ phone }}), 7), '0+|1+|2+|3+|4+|5+|6+|7+|8+|9+')
            then 'phone:' || trim({{ phone }})
    end
{%- endmacro %}

{% macro national_identifier(national_id_hash) -%}
    'national_id:' || nullif(trim({{ national_id_hash }}), '')
{%- endmacro %}
