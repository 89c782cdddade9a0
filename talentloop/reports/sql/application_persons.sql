-- Applications as operations name them (source:id) with their persons; $applications names some.
select
    a.source || ':' || a.application_id as application,
    a.person_key,
    r.title as requisition_title,
    a.applied_at
from fct_application as a
left join dim_requisition as r on a.requisition_key = r.requisition_key
where
    $applications::varchar is null
    or list_contains(
        string_split($applications::varchar, ','), a.source || ':' || a.application_id
    )
order by a.applied_at desc, application
limit $limit
