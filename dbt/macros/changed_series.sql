{#
    Estimates are made anew for the series whose counts have changed. Series and requisitions go into an
    estimator as 64-bit hashes, which sort and group several times as fast as their keys.
#}
{% macro changed_counts(condition='true') %}
    select
        hash(series_key) as series,
        hash(requisition_key) as requisition,
        duration_days,
        cause_code,
        n
    from {{ ref('int_spell__count') }}
    where {{ condition }} and {{ in_batch() }}
    {% if is_incremental() %}
        and series_key in (
            select series_key from {{ ref('int_series__describe') }}
            where counts_digest not in (select counts_digest from {{ this }})
        )
    {% endif %}
{% endmacro %}

{# Pre-hook of an estimate: forget the curves of series whose counts have changed, or that are gone. #}
{% macro forget_changed_series() %}
    {% if is_incremental() %}
    delete from {{ this }}
    where counts_digest not in (select counts_digest from {{ ref('int_series__describe') }})
    {% endif %}
{% endmacro %}
