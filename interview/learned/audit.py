"""Whether a model scores any group otherwise than people do; reads protected attributes, alone.

Per group, the mean of model minus people, in standard deviations of people's ratings over everybody
(the standardised mean difference of Williamson, Xi and Breyer 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interview.learned.evaluate import Data
from interview.learned.features import Floats
from interview.rated import GroupOf


@dataclass(frozen=True)
class GroupDifference:
    """One group; `smd` is None where it is too small to judge."""

    attribute: str
    group: str
    n: int
    smd: float | None


def audit(
    data: Data, levels: Floats, groups: Sequence[GroupOf], least_group: int
) -> list[GroupDifference]:
    """Differences of every group, in alphabetical order; unknown membership is a group too."""
    people = np.array([np.mean(list(by.values())) for by in data.ratings])
    spread = people.std(ddof=1)
    of = {(g.candidate_id, g.attribute): g.group for g in groups}
    found = []
    for attribute in sorted({g.attribute for g in groups}):
        member = np.array([of.get((c, attribute), "unknown") for c in data.candidate_ids])
        for group in sorted(set(member)):
            rows = member == group
            n = int(rows.sum())
            smd = float((levels[rows] - people[rows]).mean() / spread) if spread > 0 else None
            found.append(
                GroupDifference(attribute, str(group), n, smd if n >= least_group else None)
            )
    return found
