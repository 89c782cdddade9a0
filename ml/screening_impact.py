"""Adverse impact of each screening rule, on the same arithmetic as that of the stages.

At a rule the assessed are all applications that it was applied to; selected is who it does not
speak against: met or unknown. `all` stands for a version of the rules as a whole, where selected is
who is not proposed for exclusion. A person decides on every proposal, so this is the impact of the
advice; that of the decisions is in the stages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from ml.attributes import protected_attributes
from ml.groups import GroupRate, group_rates
from ml.impact import ImpactRule
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.warehouse import open_published

ALL_RULES = "all"

_FINDINGS = """
select
    person_key, application_key, rule_set_code, rule_set_version, rule_code, screened_at,
    screening_verdict_code, screening_outcome_code
from fct_screening_result
inner join fct_application using (application_key, person_key)
where not is_excluded and person_key is not null and ($source is null or source = $source)
order by rule_set_code, rule_set_version, rule_code, application_key
"""


@dataclass(frozen=True)
class RuleImpact:
    """One attribute at one rule of one version of screening rules.

    Attributes:
        rule_code: `all` for the rules together.
        n_unknown: applications of which the rule cannot tell; they are selected.
    """

    rule_set_code: str
    rule_set_version: str
    rule_code: str
    attribute: str
    n_unknown: int
    rates: tuple[GroupRate, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values. Holds groups, never persons."""
        return asdict(self)


def rule_impact(settings: Settings, *, source: str | None = None) -> list[RuleImpact]:
    """Compare the groups at every screening rule, from the published copy and its restricted twin.

    Args:
        source: only applications of this source.

    Raises:
        ConfigError: config/impact.yml does not fit.
        PublishError: nothing is published, or the restricted copy cannot be opened.
    """
    rule = load_model(settings.config / "impact.yml", ImpactRule)
    with open_published(settings) as db:
        found = db.sql(_FINDINGS, {"source": source}).to_pandas()
    if found.empty:
        return []
    known = protected_attributes(
        settings, found["person_key"], found["screened_at"], rule.age_bands
    )
    return list(_compared(found, known, rule))


def _compared(found: pd.DataFrame, known: pd.DataFrame, rule: ImpactRule) -> Iterator[RuleImpact]:
    for (code, version), rows in found.groupby(["rule_set_code", "rule_set_version"], sort=True):
        together = rows.drop_duplicates("application_key")
        parts = [(ALL_RULES, together, together["screening_outcome_code"] != "proposed_exclusion")]
        for name, own in rows.groupby("rule_code", sort=True):
            parts.append((str(name), own, own["screening_verdict_code"] != "not_met"))
        for name, own, is_selected in parts:
            counted = own
            if rule.counts == "latest":
                newest = own.sort_values("screened_at", kind="stable")
                counted = newest.drop_duplicates("person_key", keep="last")
            selected = is_selected.loc[counted.index].to_numpy(dtype=bool)
            unknown = int((counted["screening_verdict_code"] == "unknown").sum())
            for attribute in rule.attributes:
                groups = known.loc[counted.index, attribute]
                if groups.notna().any():
                    yield RuleImpact(
                        str(code), str(version), name, attribute,
                        0 if name == ALL_RULES else unknown,
                        tuple(group_rates(selected, groups, rule)),
                    )  # fmt: skip
