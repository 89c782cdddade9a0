-- Components of quality by $grouping, the composite last.
select
    coalesce(d.org_unit_id, t.group_code) as group_id,
    d.name as group_name,
    t.component_code,
    t.n_hires,
    t.n_mature,
    t.coverage_share,
    t.mean_value,
    t.mean_z,
    t.sd_z
from mart_quality_of_hire as t
left join dim_org_unit as d on t.group_code = d.org_unit_key
where t.grouping_code = $grouping
order by t.component_code = 'composite', t.component_code, group_id
