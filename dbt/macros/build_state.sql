{#
    What a build must know about itself, in schema `ops` of the build file.

    A load is pending until one whole build has succeeded with it. Incremental models recompute
    whatever a pending load touches, so a build that covered only some models is made good by the
    next one.
#}
{% macro prepare_build() %}
    {% if flags.WHICH in ('build', 'run') %}
    pragma disable_checkpoint_on_shutdown;
    create schema if not exists ops;
    create table if not exists ops.built_load (load_id varchar, entity varchar, source varchar);
    create table if not exists ops.finished_build (invocation_id varchar, finished_at timestamptz);
    {% if flags.FULL_REFRESH %}
    delete from ops.built_load;
    {% endif %}
    create or replace table ops.pending_load as
    select load_id, entity, source from ops.passed_load
    except
    select load_id, entity, source from ops.built_load;
    create or replace table ops.portrait_weight as
    select * from (values
        {% for portrait in var('portraits') %}
        {% set outer = loop %}
        {% for version in portrait.versions %}
        {% set inner = loop %}
        {% for dimension, weight in version.weights.items() %}
        (
            '{{ portrait.code }}', '{{ version.version }}',
            '{{ version.effective_at or "-infinity" }}'::timestamptz,
            {{ portrait.min_dimensions }}, '{{ portrait.job_families | join(",") }}',
            '{{ dimension }}', {{ weight }}::double
        ){{ ',' if not (loop.last and inner.last and outer.last) }}
        {% endfor %}
        {% endfor %}
        {% endfor %}
    ) as weight (
        portrait_code, portrait_version, effective_at, min_dimensions, job_family_codes,
        dimension_code, weight
    );
    create table if not exists ops.built_portrait_weight as from ops.portrait_weight limit 0;
    create or replace table ops.score_threshold as
    select * from (values
        {% for threshold in var('validity').thresholds %}
        (
            '{{ threshold.code }}', {{ threshold.min_score_0_100 }}::double,
            {{ threshold.min_rating_0_1 }}::double, {{ threshold.months }}::integer[]
        ){{ ',' if not loop.last }}
        {% endfor %}
    ) as threshold (threshold_code, min_score_0_100, min_rating_0_1, months);
    create or replace table ops.build_context as
    select
        (select as_of from ops.build_request) as as_of,
        {{ var('is_simulated', false) }}::boolean as is_simulated,
        (select count(*) from ops.finished_build) as build_number,
        {{ flags.FULL_REFRESH }} or not exists (
            select 1 from information_schema.tables
            where table_schema = 'intermediate' and table_name = 'int_application__situate'
        ) as is_full,
        (
            select min(effective_at) from (
                (from ops.portrait_weight except from ops.built_portrait_weight)
                union all
                (from ops.built_portrait_weight except from ops.portrait_weight)
            )
        ) as weights_changed_from;
    create or replace table ops.tag_rule as
    select
        {{ var('high_potential')['min_score_0_100'] }}::double as min_score_0_100,
        '{{ var("high_potential")["version"] }}'::varchar as rule_version;
    {% endif %}
{% endmacro %}

{# Whether all that something new reaches is run (talentloop/warehouse/scope.py), not chosen models. #}
{% macro is_whole_build() %}
    {{ return(env_var('TALENTLOOP_DBT_WHOLE', 'true') == 'true') }}
{% endmacro %}

{# Marks the pending loads as built when a whole build ran and nothing failed. #}
{% macro finish_build(results) %}
    {% if execute and flags.WHICH in ('build', 'run') %}
    {% set failures = ['error', 'fail', 'runtime error', 'skipped', 'partial success'] %}
    {% set broken = results | selectattr('status', 'in', failures) | list %}
    {% if is_whole_build() and not broken %}
    insert into ops.built_load select load_id, entity, source from ops.pending_load;
    create or replace table ops.built_portrait_weight as from ops.portrait_weight;
    insert into ops.finished_build values ('{{ invocation_id }}', current_timestamp);
    {% endif %}
    {% endif %}
{% endmacro %}
