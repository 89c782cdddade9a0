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
{% macro log_log_interval(share, relative_variance, side) -%}
    case when {{ share }} > 0 and {{ share }} < 1 then round(power(
        {{ share }},
        exp(-1 * ({{ side }}) * 1.959963984540 * sqrt({{ relative_variance }}) / abs(ln({{ share }})))
    ), 10) end
{%- endmacro %}

{#
    Kaplan-Meier share that has not ended yet, at each duration that occurs, with Greenwood's
    variance.  S(t) = Π (1 − d/n),  Var S / S² = Σ d / (n (n − d)).
#}
{% macro kaplan_meier(counts, by) %}
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

    select
        {{ by }},
        duration_days,
        n_at_risk::bigint as n_at_risk,
        n_ended::bigint as n_ended,
        (n_at_risk - n_gone)::bigint as n_remaining,
        round(survival, 10) as survival_rate,
        {{ log_log_interval('survival', 'greenwood', -1) }} as survival_lower,
        {{ log_log_interval('survival', 'greenwood', 1) }} as survival_upper
    from estimate
{% endmacro %}

{#
    Aalen-Johansen cumulative incidence: the share that has ended by each cause, the others being
    in its way.  F_j(t) = Σ S(t−) d_j / n, so that S + Σ F_j = 1. Causes may tie; what ends at
    duration 0 counts (lifelines shifts ties at random and leaves out duration 0).

    Variance by the delta method (Collett, 3rd ed., p. 411; also that of lifelines):
    Σ (F(t) − F(s))² d / (n (n − d)) + Σ S(s−)² d_j (n − d_j) / n³ − 2 Σ (F(t) − F(s)) S(s−) d_j / n²,
    with the squares multiplied out, so that running sums suffice. Interval on the log-log scale.
#}
{% macro aalen_johansen(counts, by) %}
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
            sum(survival_before * coalesce(n_cause, 0) / n_at_risk) over so_far as incidence
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
        from incidence
        window so_far as (partition by {{ by }}, cause_code order by duration_days rows unbounded preceding)
    )

    select
        {{ by }},
        cause_code,
        duration_days,
        n_at_risk::bigint as n_at_risk,
        n_of_cause::bigint as n_ended,
        round(survival_before * (1 - n_ended / n_at_risk), 10) as survival_rate,
        round(incidence, 10) as incidence_rate,
        round(variance, 12) as incidence_variance,
        {{ log_log_interval('incidence', 'variance / power(incidence, 2)', -1) }} as incidence_lower,
        {{ log_log_interval('incidence', 'variance / power(incidence, 2)', 1) }} as incidence_upper
    from varied
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
