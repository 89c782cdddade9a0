{# The columns together name a row; a missing value counts as a value. #}
{% test unique_together(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
group by all
having count(*) > 1

{% endtest %}
