{# Estimates are rounded to six decimals, far below what they can claim, so that they do not depend
   on the order in which rows were added up. #}

{#
    Figures made of few decimals may fall exactly halfway between two roundings, where the order of adding
    up would tip them: a shift far below what is kept takes them off that place.
#}
{% macro off_halfway(x) -%}
    ({{ x }}) * (1 + 1e-11)
{%- endmacro %}

{# Nine decimals of a figure made of scores with few decimals. #}
{% macro steady(x) -%}
    round({{ off_halfway(x) }}, 9)
{%- endmacro %}

{# Wilson score interval of k successes in n, 95 %; `side` is -1 for the lower end, 1 for the upper. #}
{% macro wilson(k, n, side) -%}
    case when {{ n }} > 0 then round((
        {{ k }} + 1.920729410347
        + {{ side }} * 1.959963984540 * sqrt({{ k }} * ({{ n }} - {{ k }}) / {{ n }}::double + 0.960364705174)
    ) / ({{ n }} + 3.841458820694), 6) end
{%- endmacro %}

{#
    Wilson's interval where the cases come in clusters (those of one requisition share much), 95 %.
    The design effect, the variance of the ratio k / n over clusters by that of independent cases,
    but at least 1, divides k and n; Student's quantile counts the clusters. `squares` names the sums
    over clusters that `cluster_squares` makes.
#}
{% macro clustered_wilson(k, n, squares, side) -%}
    {%- set z = '(' ~ student_quantile(squares ~ '_clusters') ~ ')' -%}
    {%- set deff -%}
    greatest(1, coalesce(
        {{ squares }}_clusters / nullif({{ squares }}_clusters - 1, 0)::double * (
            {{ squares }}_kk - 2 * {{ squares }}_kn * {{ k }} / {{ n }}::double
            + {{ squares }}_nn * power({{ k }} / {{ n }}::double, 2)
        ) * {{ n }} / nullif({{ k }} * ({{ n }} - {{ k }})::double, 0), 1
    ))
    {%- endset -%}
    case when {{ n }} > 0 then round((
        {{ k }} / {{ deff }} + power({{ z }}, 2) / 2
        + {{ side }} * {{ z }} * sqrt(
            {{ k }} * ({{ n }} - {{ k }}) / {{ n }}::double / {{ deff }} + power({{ z }}, 2) / 4
        )
    ) / ({{ n }} / {{ deff }} + power({{ z }}, 2)), 6) end
{%- endmacro %}

{# Sums over clusters for `clustered_wilson`, of the columns k and n of one row a cluster. #}
{% macro cluster_squares(k, n, name) -%}
    sum(power({{ k }}, 2))::double as {{ name }}_kk,
    sum({{ k }}::double * {{ n }}) as {{ name }}_kn,
    sum(power({{ n }}, 2))::double as {{ name }}_nn,
    count(*) filter ({{ n }} > 0) as {{ name }}_clusters
{%- endmacro %}

{# Fisher-z interval of a correlation r over n pairs, 95 %. #}
{% macro fisher_z(r, n, side) -%}
    case when {{ n }} > 3 and abs({{ r }}) < 1
        then round(tanh(atanh({{ r }}) + {{ side }} * 1.959963984540 / sqrt({{ n }} - 3)), 6)
    end
{%- endmacro %}

{# Fisher-z interval of a rank correlation, 95 %, with the variance of Bonett and Wright (2000). #}
{% macro spearman_interval(r, n, side) -%}
    case when {{ n }} > 3 and abs({{ r }}) < 1 then round(tanh(
        atanh({{ r }})
        + {{ side }} * 1.959963984540 * sqrt((1 + power({{ r }}, 2) / 2) / ({{ n }} - 3))
    ), 6) end
{%- endmacro %}

{#
    Interval of the one-way intraclass correlation of single scores, 95 %, by Fisher's
    transformation (1925): z = ½ ln((1 + (k − 1)r) / (1 − r)) with variance k / (2(k − 1)(n − 2)),
    for k scores of each of n targets.
#}
{% macro intraclass_interval(r, k, n, side) -%}
    case when {{ n }} > 2 and {{ r }} < 1 and 1 + ({{ k }} - 1) * {{ r }} > 0 then (
        (1 + ({{ k }} - 1) * {{ r }}) / (1 - {{ r }})
        * exp({{ side }} * 2 * 1.959963984540 * sqrt({{ k }} / (2 * ({{ k }} - 1) * ({{ n }} - 2)))) - 1
    ) / (
        (1 + ({{ k }} - 1) * {{ r }}) / (1 - {{ r }})
        * exp({{ side }} * 2 * 1.959963984540 * sqrt({{ k }} / (2 * ({{ k }} - 1) * ({{ n }} - 2)))) + {{ k }} - 1
    ) end
{%- endmacro %}

{# Spearman and Brown: reliability of the mean of k scores from that of one. #}
{% macro mean_reliability(r, k) -%}
    ({{ k }} * {{ r }} / (1 + ({{ k }} - 1) * {{ r }}))
{%- endmacro %}

{# Log of the number of ways to choose k of n. #}
{% macro log_choose(n, k) -%}
    (lgamma({{ n }} + 1) - lgamma({{ k }} + 1) - lgamma({{ n }} - ({{ k }}) + 1))
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

{#
    Empirical Bayes: a share k/n of a group is pulled towards the common share p by as many
    pseudo-trials as a beta-binomial prior has, fitted by moments with weights n. `intraclass` is
    its correlation: `s` is the sum of n (k/n - p)² over the groups, `n_all` and `n_squared` the sums
    of n and n². At or below 0 the groups differ no more than chance makes them.
#}
{% macro intraclass(s, p, n_all, n_squared, n_groups) -%}
    (({{ s }} - {{ p }} * (1 - {{ p }}) * ({{ n_groups }} - 1)) / nullif(
        {{ p }} * (1 - {{ p }}) * ({{ n_all }} - {{ n_squared }} / {{ n_all }} - ({{ n_groups }} - 1)), 0
    ))
{%- endmacro %}

{% macro shrunken_rate(k, n, p, gamma) -%}
    case
        when {{ gamma }} >= 1 then round({{ k }} / nullif({{ n }}, 0)::double, 6)
        when {{ gamma }} > 0 then round(
            ({{ k }} + (1 / {{ gamma }} - 1) * {{ p }})
            / ({{ n }} + 1 / {{ gamma }} - 1), 6
        )
        else round({{ p }}, 6)
    end
{%- endmacro %}
