{#
    Estimators that count open cases for as long as they are seen: neither as failures nor as gone.

    Input is a relation of counts: the columns `by` (none null in Aalen-Johansen), `duration_days`,
    `cause_code` (how it ended; null while it is open: censored) and `n`, the number of such cases.
    Spells of their own have `n` 1. Whoever is censored on the day of an event is still at risk.
    One pass over (group, duration) in the order of durations; rounded to ten decimals.
#}

{#
    Log-log interval of a share with relative variance `variance` / share², 95 %. None where the
    share is 0 or 1 (lifelines repeats the share there).
#}
{% macro log_log_interval(share, relative_variance, side, quantile='1.959963984540', digits=10) -%}
    case when {{ share }} > 0 and {{ share }} < 1 then round(power(
        {{ share }},
        exp(-1 * ({{ side }}) * {{ quantile }} * sqrt({{ relative_variance }}) / abs(ln({{ share }})))
    ), {{ digits }}) end
{%- endmacro %}

{#
    What the cases of one cluster have in common makes estimates less certain than as many
    independent cases would. With `cluster` (a column: whatever the cases share, such as the
    requisition) the estimators below sum each cluster's influence on the estimate before squaring:
    Var = G / (G − 1) Σ_c (Σ_i∈c ψ_i)², the infinitesimal jackknife of lifelines' and R's
    robust variances, for G clusters, with Student's quantile for G − 1 degrees of freedom. One
    case a cluster gives the plain variance but for G / (G − 1); never less than the plain one is used.

    A case's influence changes until it ends only by what happens to all: ψ(t) = P(t) − A(t) R(t),
    where P moves when the case ends and R is 1 while it is at risk. So per cluster P and R are steps,
    and the sums of their squares and products are running sums over all cases in order of duration.
    Clusters are added up in no order: their intervals are rounded to six decimals.
#}

{# Whether two rows are of one group; `by` may hold nulls. #}
{% macro same_group(left, right, by) -%}
    {% for column in by.split(',') -%}
    {{ left }}.{{ column | trim }} is not distinct from {{ right }}.{{ column | trim }} and {# -#}
    {% endfor -%}
{%- endmacro %}

{#
    Student's 97.5 % quantile for n − 1 degrees of freedom, by Cornish and Fisher's expansion around
    the normal one (within .001 from 5 clusters on); the normal one for a single cluster.
#}
{% macro student_quantile(n) -%}
    case when {{ n }} > 1 then
        1.959963984540 + 2.3722712303 / ({{ n }} - 1) + 2.8224986157 / power({{ n }} - 1, 2)
        + 2.5558496795 / power({{ n }} - 1, 3) + 1.5895340534 / power({{ n }} - 1, 4)
    else 1.959963984540 end
{%- endmacro %}

{# Of the sum of squared influences, for `n_clusters`; of a single cluster nothing can be learnt. #}
{% macro cluster_variance(squares, plain) -%}
    greatest({{ plain }}, case when n_clusters > 1 then n_clusters / (n_clusters - 1) * ({{ squares }}) else 0 end)
{%- endmacro %}

{#
    CTEs over `influence` (group, `cluster_key`, duration, `n_gone_here` and, per name, `<name>_step`:
    what a cluster's cases that end or are left then add to it): `spread` has, after each duration,
    the sums over the clusters of the products of any two, `r` (cases still at risk) among them.
    `fsum` adds up so exactly that the order of rows does not show.
#}
{% macro cluster_spread(by, names) %}
    {%- set all_names = names + ['r'] -%}
    cluster_step as (
        select
            *,
            {% for x in names %}
            sum({{ x }}_step) over so_far as {{ x }},
            {% endfor %}
            sum(n_gone_here) over (partition by {{ by }}, cluster_key) - sum(n_gone_here) over so_far as r
        from influence
        window so_far as (
            partition by {{ by }}, cluster_key order by duration_days rows unbounded preceding
        )
    ),

    moved as (
        select
            {{ by }},
            duration_days,
            {% for x in all_names %}
            {% for y in all_names[loop.index0:] %}
            fsum({{ x }} * {{ y }} - {{ x }}_before * {{ y }}_before) as {{ x }}{{ y }}_step,
            {% endfor %}
            {% endfor %}
            count(*) filter (r = 0) as n_last
        from (
            select
                *,
                {% for x in names %}
                {{ x }} - {{ x }}_step as {{ x }}_before,
                {% endfor %}
                r + n_gone_here as r_before
            from cluster_step
        ) as cluster_change
        group by all
    ),

    spread as (
        select
            {{ by }},
            duration_days,
            -- Nobody is at risk in the end: the sum of r² comes down to nothing.
            {% for x in all_names %}
            {% for y in all_names[loop.index0:] %}
            sum({{ x }}{{ y }}_step) over so_far
            {{- ' - sum(rr_step) over (partition by ' ~ by ~ ')' if x == 'r' }} as {{ x }}{{ y }},
            {% endfor %}
            {% endfor %}
            (sum(n_last) over (partition by {{ by }}))::double as n_clusters
        from moved
        window so_far as (partition by {{ by }} order by duration_days rows unbounded preceding)
    )
{%- endmacro %}

{#
    Kaplan-Meier share that has not ended yet, at each duration that occurs, with Greenwood's
    variance.  S(t) = Π (1 − d/n),  Var S / S² = Σ d / (n (n − d)).
#}
{% macro kaplan_meier(counts, by, cluster=none, digits=none) %}
    with step as (
        select
            {{ by }},
            duration_days,
            coalesce(sum(n) filter (cause_code is not null), 0)::double as n_ended,
            sum(n)::double as n_gone,
            (sum(sum(n)) over (partition by {{ by }} order by duration_days desc))::double as n_at_risk
        from {{ counts }}
        group by {{ by }}, duration_days
    ),

    estimate as (
        select
            *,
            product(1 - n_ended / n_at_risk) over so_far as survival,
            coalesce(sum(n_ended / nullif(n_at_risk * (n_at_risk - n_ended), 0)) over so_far, 0) as greenwood
        from step
        window so_far as (partition by {{ by }} order by duration_days rows unbounded preceding)
    )
    {%- if cluster %},

    case_count as (
        select
            {{ by }},
            {{ cluster }} as cluster_key,
            duration_days,
            coalesce(sum(n) filter (cause_code is not null), 0)::double as n_ended_here,
            sum(n)::double as n_gone_here
        from {{ counts }}
        group by all
    ),

    influence as (
        select
            case_count.* exclude (n_ended_here),
            coalesce(n_ended_here / nullif(estimate.n_at_risk - estimate.n_ended, 0), 0)
            - n_gone_here * estimate.greenwood as p_step
        from case_count
        inner join estimate on {{ same_group('case_count', 'estimate', by) }}
            case_count.duration_days = estimate.duration_days
    ),

    {{ cluster_spread(by, ['p']) }},

    robust as (
        select
            estimate.*,
            {{ cluster_variance('pp - 2 * greenwood * pr + power(greenwood, 2) * rr', 'greenwood') }}
                as variance,
            {{ student_quantile('n_clusters') }} as quantile
        from estimate
        inner join spread on {{ same_group('estimate', 'spread', by) }}
            estimate.duration_days = spread.duration_days
    )
    {%- endif %}

    select
        {{ by }},
        duration_days,
        n_at_risk::bigint as n_at_risk,
        n_ended::bigint as n_ended,
        (n_at_risk - n_gone)::bigint as n_remaining,
        round({{ off_halfway('survival') }}, 10) as survival_rate,
        {%- set variance = 'variance' if cluster else 'greenwood' %}
        {%- set quantile = 'quantile' if cluster else '1.959963984540' %}
        {%- set digits = digits or (6 if cluster else 10) %}
        {{ log_log_interval('survival', variance, -1, quantile, digits) }} as survival_lower,
        {{ log_log_interval('survival', variance, 1, quantile, digits) }} as survival_upper
    from {{ 'robust' if cluster else 'estimate' }}
{% endmacro %}

{#
    Aalen-Johansen cumulative incidence: the share that has ended by each cause, the others being
    in its way.  F_j(t) = Σ S(t−) d_j / n, so that S + Σ F_j = 1. Causes may tie; what ends at
    duration 0 counts (lifelines shifts ties at random and leaves out duration 0).

    Variance by the delta method (Collett, 3rd ed., p. 411; also that of lifelines):
    Σ (F(t) − F(s))² d / (n (n − d)) + Σ S(s−)² d_j (n − d_j) / n³ − 2 Σ (F(t) − F(s)) S(s−) d_j / n²,
    with the squares multiplied out, so that running sums suffice. Interval on the log-log scale.
    With a cluster, `by_day` gives the curve at the last step of each day alone, for less work.
#}
{% macro aalen_johansen(counts, by, cluster=none, digits=none, by_day=false) %}
    with counted as (
        select
            {{ by }},
            duration_days,
            cause_code,
            sum(n)::double as n_cause
        from {{ counts }}
        group by {{ by }}, duration_days, cause_code
    ),

    step as (
        select
            {{ by }},
            duration_days,
            coalesce(sum(n_cause) filter (cause_code is not null), 0) as n_ended,
            sum(sum(n_cause)) over (partition by {{ by }} order by duration_days desc) as n_at_risk
        from counted
        group by {{ by }}, duration_days
    ),

    risk as (
        select
            *,
            coalesce(product(1 - n_ended / n_at_risk) over before, 1) as survival_before,
            coalesce(n_ended / nullif(n_at_risk * (n_at_risk - n_ended), 0), 0) as greenwood
        from step
        window before as (
            partition by {{ by }} order by duration_days
            rows between unbounded preceding and 1 preceding
        )
    ),

    cause as (
        select distinct
            {{ by }},
            cause_code
        from counted
        where cause_code is not null
    ),

    incidence as (
        select
            *,
            coalesce(n_cause, 0) as n_of_cause,
            round(sum(survival_before * coalesce(n_cause, 0) / n_at_risk) over so_far, 12) as incidence
        from risk
        inner join cause using ({{ by }})
        left join counted using ({{ by }}, duration_days, cause_code)
        window so_far as (partition by {{ by }}, cause_code order by duration_days rows unbounded preceding)
    ),

    varied as (
        select
            *,
            greatest(
                power(incidence, 2) * sum(greenwood) over so_far
                - 2 * incidence * sum(incidence * greenwood) over so_far
                + sum(power(incidence, 2) * greenwood) over so_far
                + sum(power(survival_before, 2) * n_of_cause * (n_at_risk - n_of_cause) / power(n_at_risk, 3))
                    over so_far
                - 2 * incidence * sum(survival_before * n_of_cause / power(n_at_risk, 2)) over so_far
                + 2 * sum(incidence * survival_before * n_of_cause / power(n_at_risk, 2)) over so_far,
                0
            ) as variance
            {%- if cluster %},
            sum(greenwood) over so_far as hazard,
            sum(survival_before * n_of_cause / power(n_at_risk, 2) + incidence * greenwood) over so_far
                as drift,
            {{ 'max(duration_days) over (partition by ' ~ by ~ ', cause_code, ceil(duration_days))'
                if by_day else 'duration_days' }} as known_at
            {%- endif %}
        from incidence
        window so_far as (partition by {{ by }}, cause_code order by duration_days rows unbounded preceding)
    )
    {%- if cluster %},

    influence as (
        select
            {{ by }},
            varied.cause_code,
            case_count.cluster_key,
            varied.known_at as duration_days,
            sum(case_count.n_gone_here) as n_gone_here,
            fsum(case when case_count.cause_code is null then 0
                else coalesce(case_count.n_gone_here / nullif(n_at_risk - n_ended, 0), 0) end
            - case_count.n_gone_here * hazard) as p_step,
            fsum(case when case_count.cause_code is null then 0
                else coalesce(case_count.n_gone_here / nullif(n_at_risk - n_ended, 0), 0) * incidence end
            + case when case_count.cause_code = varied.cause_code
                then case_count.n_gone_here * survival_before / n_at_risk else 0 end
            - case_count.n_gone_here * drift) as q_step
        from (
            select
                {{ by }},
                {{ cluster }} as cluster_key,
                duration_days,
                cause_code,
                sum(n)::double as n_gone_here
            from {{ counts }}
            group by all
        ) as case_count
        inner join varied using ({{ by }}, duration_days)
        group by all
    ),

    {{ cluster_spread(by ~ ', cause_code', ['q', 'p']) }},

    robust as (
        select
            * exclude (variance),
            {{ cluster_variance(
                "qq + power(incidence, 2) * pp + power(drift - incidence * hazard, 2) * rr"
                ~ " - 2 * incidence * qp - 2 * (drift - incidence * hazard) * qr"
                ~ " + 2 * incidence * (drift - incidence * hazard) * pr", 'variance'
            ) }} as variance,
            {{ student_quantile('n_clusters') }} as quantile
        from varied
        inner join spread using ({{ by }}, cause_code, duration_days)
    )
    {%- endif %}

    select
        {{ by }},
        cause_code,
        duration_days,
        n_at_risk::bigint as n_at_risk,
        n_of_cause::bigint as n_ended,
        round({{ off_halfway('survival_before * (1 - n_ended / n_at_risk)') }}, 10) as survival_rate,
        round(incidence, 10) as incidence_rate,
        {%- set digits = digits or (6 if cluster else 10) %}
        round({{ off_halfway('variance') }}, {{ 9 if cluster else 12 }}) as incidence_variance,
        {%- set quantile = 'quantile' if cluster else '1.959963984540' %}
        {{ log_log_interval('incidence', 'variance / power(incidence, 2)', -1, quantile, digits) }}
            as incidence_lower,
        {{ log_log_interval('incidence', 'variance / power(incidence, 2)', 1, quantile, digits) }}
            as incidence_upper
    from {{ 'robust' if cluster else 'varied' }}
{% endmacro %}

{#
    The duration by which a share of cases has ended, aggregated over a Kaplan-Meier curve: the
    first at which the curve is down to 1 − share; null where it never is. Its ends are those of
    the curve's interval (Brookmeyer-Crowley); without an upper end the data do not bound it.
#}
{% macro survival_quantile(share, curve='survival_rate') -%}
    min(duration_days) filter ({{ curve }} <= {{ (1 - share) | round(4) }})
{%- endmacro %}

{% macro survival_quantiles() -%}
    {% for name, share in {'p25': 0.25, 'median': 0.5, 'p75': 0.75, 'p90': 0.9}.items() %}
    {{ survival_quantile(share) }} as {{ name }}_days,
    {{ survival_quantile(share, 'coalesce(survival_lower, survival_rate)') }} as {{ name }}_days_lower,
    {{ survival_quantile(share, 'survival_upper') }} as {{ name }}_days_upper{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#
    A curve's value on a day, aggregated over the curve: that of the last step up to it, `start`
    before the first. Null where nobody was followed to that day, unless all had ended by then.
#}
{% macro on_day(value, day, start) -%}
    case
        when max(duration_days) < {{ day }} and min(survival_rate) > 0 then null
        when min(duration_days) > {{ day }} then {{ start }}
        else arg_max_null({{ value }}, duration_days) filter (duration_days <= {{ day }})
    end
{%- endmacro %}
