{# The key of a record in the warehouse: hash of its source and its id there; null for no id. #}
{% macro key(id, source='source') -%}
    md5({{ source }} || ':' || {{ id }})
{%- endmacro %}

{# The instant up to which the sources were observed. #}
{% macro as_of() -%}
    (select as_of from {{ source('ops', 'build_context') }})
{%- endmacro %}

{# Elapsed days between two instants: seconds / 86,400, never a count of midnights. #}
{% macro days_between(start, finish) -%}
    ((epoch_us({{ finish }}) - epoch_us({{ start }})) / 86400e6)
{%- endmacro %}

{#
    Date of an instant in a time zone. DuckDB looks a zone up for every row unless it is written
    down, which takes ten times as long: hence the way round for the zone that most rows have.
#}
{% macro local_date(instant, time_zone) -%}
    {% set usual = "'" ~ var('default_time_zone') ~ "'" %}
    {%- if time_zone.startswith("'") -%}
    ({{ instant }} at time zone {{ time_zone }})::date
    {%- else -%}
    case when {{ time_zone }} = {{ usual }} then {{ instant }} at time zone {{ usual }}
        else {{ instant }} at time zone {{ time_zone }}
    end::date
    {%- endif -%}
{%- endmacro %}

{# First day of the month of a date. #}
{% macro month_of(day) -%}
    date_trunc('month', {{ day }})::date
{%- endmacro %}

{# The stages in their order; the ways out are none. #}
{% macro stages() -%}
    ['applied', 'screen', 'ai_interview', 'interview', 'offer_approval', 'offer', 'hired']
{%- endmacro %}

{# Place of a stage in the order of stages; null for the ways out. #}
{% macro stage_rank(stage) -%}
    list_position({{ stages() }}, {{ stage }})
{%- endmacro %}

{# Mean of scores, free of the last digits that depend on the order of adding up. #}
{% macro mean_score(score) -%}
    round(avg({{ score }}), 9)
{%- endmacro %}

{#
    Overall score 0..100 from one row per dimension (`score_0_1`, `weight`): the weights of the
    dimensions present add up to one. Null below the portrait's least number of dimensions. Halves
    round up, by decimal arithmetic: a threshold may hang on it.
#}
{% macro overall_score(score, weight, least) -%}
    case when count({{ score }} * {{ weight }}) >= {{ least }} then
        round((100 * sum({{ score }} * {{ weight }}) / sum({{ weight }}))::decimal(18, 9), 2)::double
    end
{%- endmacro %}

{% macro dimensions() -%}
    {{ return(['communication', 'logic', 'professionalism', 'teamwork', 'stress', 'culture']) }}
{%- endmacro %}

{#
    An application's result as it goes back to the system that it came from, of `score`: the scores in
    points, how many scorers gave them, when last, and the version of the weights.
#}
{% macro result_columns(last_scored_at='score.last_scored_at') -%}
    score.overall_score_0_100,
    {%- for code in dimensions() %}
    round(100 * score.{{ code }}_score_0_1, 2) as {{ code }}_0_100,
    {%- endfor %}
    score.n_scorers::integer as n_scorers,
    {{ last_scored_at }} as last_scored_at,
    case
        when score.portrait_code = 'default' then score.portrait_version
        else score.portrait_code || '-' || score.portrait_version
    end as rule_version
{%- endmacro %}

{# How a spell in a stage ended, from the stage or way out that followed; null while it is open. #}
{% macro exit_type(stage, next_stage) -%}
    case
        when {{ next_stage }} in ('rejected', 'withdrawn') then {{ next_stage }}
        when {{ next_stage }} is null and {{ stage }} = 'hired' then 'advanced'
        when {{ stage_rank(next_stage) }} > {{ stage_rank(stage) }} then 'advanced'
        when {{ next_stage }} is not null then 'moved_back'
    end
{%- endmacro %}

{# Sources that take results back, as a list for `in`. #}
{% macro write_back_sources() -%}
    ('{{ var("write_back_sources") | join("', '") }}')
{%- endmacro %}

{# Monday of the week of an instant, in the default time zone. #}
{% macro week_of(instant) -%}
    date_trunc('week', {{ instant }} at time zone '{{ var("default_time_zone") }}')::date
{%- endmacro %}
