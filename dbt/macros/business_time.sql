{#
    The rows of a relation with `business_days`: the working time between two of their instants, in
    days. A working day counts whole, from midnight to midnight on the clock of the row's time zone;
    other days count nothing. It is the difference of two look-ups in a running sum, so a long span
    costs what a short one does. Null where the time zone has no calendar, or an end is missing.
#}
{% macro business_days_between(relation, start, finish, time_zone='time_zone') %}
    select
        timed.*,
        {{ working_time('finish_day', 'timed.' ~ finish, 'timed.' ~ time_zone) }}
        - {{ working_time('start_day', 'timed.' ~ start, 'timed.' ~ time_zone) }} as business_days
    from {{ relation }} as timed
    left join {{ source('ops', 'business_calendar') }} as calendar
        on timed.{{ time_zone }} = calendar.time_zone
    left join {{ source('ops', 'business_day') }} as start_day
        on calendar.calendar_code = start_day.calendar_code
        and {{ local_date('timed.' ~ start, 'timed.' ~ time_zone) }} = start_day.date_on
    left join {{ source('ops', 'business_day') }} as finish_day
        on calendar.calendar_code = finish_day.calendar_code
        and {{ local_date('timed.' ~ finish, 'timed.' ~ time_zone) }} = finish_day.date_on
{% endmacro %}

{# Working days from the calendar's first day to an instant on `day`. #}
{% macro working_time(day, instant, time_zone) -%}
    ({{ day }}.working_days_before + case when {{ day }}.is_working
        then epoch_us(({{ instant }} at time zone {{ time_zone }})::time) / 86400e6
        else 0
    end)
{%- endmacro %}
