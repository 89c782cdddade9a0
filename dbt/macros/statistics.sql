{# Estimates are rounded to six decimals, far below what they can claim, so that they do not depend
   on the order in which rows were added up. #}

{# Wilson score interval of k successes in n, 95 %; `side` is -1 for the lower end, 1 for the upper. #}
{% macro wilson(k, n, side) -%}
    case when {{ n }} > 0 then round((
        {{ k }} + 1.920729410347
        + {{ side }} * 1.959963984540 * sqrt({{ k }} * ({{ n }} - {{ k }}) / {{ n }}::double + 0.960364705174)
    ) / ({{ n }} + 3.841458820694), 6) end
{%- endmacro %}

{# Fisher-z interval of a correlation r over n pairs, 95 %. #}
{% macro fisher_z(r, n, side) -%}
    case when {{ n }} > 3 and abs({{ r }}) < 1
        then round(tanh(atanh({{ r }}) + {{ side }} * 1.959963984540 / sqrt({{ n }} - 3)), 6)
    end
{%- endmacro %}

{#
    Thorndike case II: a correlation seen among the selected, corrected for direct range
    restriction, r·U / sqrt(1 + r²(U² − 1)) with U = SD of applicants / SD of the selected.
#}
{% macro thorndike_case_ii(r, sd_all, sd_selected) -%}
    case when {{ sd_selected }} > 0 then round(
        {{ r }} * ({{ sd_all }} / {{ sd_selected }})
        / sqrt(1 + power({{ r }}, 2) * (power({{ sd_all }} / {{ sd_selected }}, 2) - 1)),
        6
    ) end
{%- endmacro %}

{# The quantiles that speed is reported in, linearly interpolated. #}
{% macro time_quantiles(days, prefix='') -%}
    quantile_cont({{ days }}, 0.25) as {{ prefix }}p25_days,
    median({{ days }}) as {{ prefix }}median_days,
    quantile_cont({{ days }}, 0.75) as {{ prefix }}p75_days,
    quantile_cont({{ days }}, 0.90) as {{ prefix }}p90_days
{%- endmacro %}
