-- Whether an application earns the tag, under the key of its results there.
select
    newest.candidate_id || '|' || tagged.application_id as result_key,
    tagged.source,
    tagged.is_high_potential
from {{ ref('exp_successfactors__high_potential_tag') }} as tagged
inner join {{ ref('int_application__keep_newest') }} as newest using (source, application_id)
