{#
    CTEs of a recursive query: the smallest id that each node of `edges` (from_id, to_id) is
    connected with, as `name` (node_id, component_id). Ids are handed along the edges, both ways,
    until none gets smaller.
#}
{% macro connected_components(name, edges) %}
{{ name }}_edge as (

    select from_id, to_id from {{ edges }}
    union
    select to_id, from_id from {{ edges }}

),

{{ name }} (node_id, component_id) using key (node_id) as (

    select distinct from_id, from_id from {{ name }}_edge
    union
    select edge.to_id, min({{ name }}.component_id)
    from {{ name }}
    inner join {{ name }}_edge as edge on {{ name }}.node_id = edge.from_id
    inner join recurring.{{ name }} as known on edge.to_id = known.node_id
    where {{ name }}.component_id < known.component_id
    group by edge.to_id

)
{% endmacro %}
