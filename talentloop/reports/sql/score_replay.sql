-- Overall scores as they would be had a version of a portrait always weighed them; halves round up.
with weight as (

    select * from dim_portrait_weight
    where portrait_code = $portrait and portrait_version = $version

),

replayed as (

    select
        dimension.application_key,
        case when count(weight.weight) >= max(weight.min_dimensions) then
            round((
                100 * sum(dimension.score_0_1 * weight.weight) / sum(weight.weight)
            )::decimal(18, 9), 2)::double
        end as replayed_score_0_100
    from fct_application_dimension as dimension
    inner join weight using (dimension_code)
    group by dimension.application_key

)

select
    replayed.application_key,
    application.overall_score_0_100,
    replayed.replayed_score_0_100
from replayed
inner join fct_application as application using (application_key)
order by replayed.application_key
