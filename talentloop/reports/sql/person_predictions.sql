-- What the models advise about the person now, with the reasons. People decide.
select
    p.model_name,
    p.model_version,
    p.probability,
    p.lower,
    p.upper,
    p.base_rate,
    p.reasons,
    p.scored_at,
    a.application_id
from mart_prediction as p
inner join fct_application as a on p.application_key = a.application_key
where p.person_key = $person and p.is_latest
qualify row_number() over (partition by p.model_name order by p.scored_at desc) = 1
order by p.model_name
