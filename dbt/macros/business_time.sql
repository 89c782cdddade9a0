{#
    The rows of a relation with `business_days`: the working time between two of their instants, in
    days. A working day counts whole, from midnight to midnight where the row's time zone is; other
    days count nothing. It is the difference of two look-ups in a running sum, so a long span costs
    what a short one does. Null where the time zone has no calendar, or an end is missing.
#}
{% macro business_days_between(relation, start, finish, time_zone='time_zone') %}
    select
        timed.*,
        {{ working_time('finish_day', 'timed.' ~ finish) }}
        - {{ working_time('start_day', 'timed.' ~ start) }} as business_days
    from {{ relation }} as timed
    asof left join {{ source('ops', 'local_day') }} as start_day
        on timed.{{ time_zone }} = start_day.time_zone
        and timed.{{ start }} >= start_day.begins_at
    asof left join {{ source('ops', 'local_day') }} as finish_day
        on timed.{{ time_zone }} = finish_day.time_zone
        and timed.{{ finish }} >= finish_day.begins_at
{% endmacro %}

{# Working days from the calendar's first day to an instant on `day`. #}
{% macro working_time(day, instant) -%}
    ({{ day }}.working_days_before + case when {{ day }}.is_working
        then (epoch_us({{ instant }}) - epoch_us({{ day }}.begins_at))
            / (epoch_us({{ day }}.ends_at) - epoch_us({{ day }}.begins_at))::double
        else 0
    end)
{%- endmacro %}
