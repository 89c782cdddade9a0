"""Protected attributes of people, for audits alone; nothing that learns or scores imports this."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ml.groups import age_band
from talentloop.settings import Settings
from talentloop.warehouse import restricted_table

#: Attributes that are compared as they were recorded; ages are compared in bands.
RECORDED = ("gender", "ethnicity", "marital_status", "citizenship", "protected_group")


def protected_attributes(
    settings: Settings, person_key: pd.Series, on: pd.Series, age_bands: Sequence[int]
) -> pd.DataFrame:
    """Attributes of the given people, in their order; None where not known.

    Args:
        person_key: who.
        on: the day to which each age is counted.
        age_bands: lower bounds of the age bands after the first, in years.

    Raises:
        PublishError: the restricted copy cannot be opened.
    """
    table = restricted_table(settings, "restricted_protected_attribute").to_pandas()
    joined = table.drop_duplicates("person_key").set_index("person_key")
    found = joined.reindex(person_key.to_numpy()).reset_index(drop=True)
    years = on.dt.year.to_numpy(dtype=np.float64) - pd.to_numeric(
        found["birth_year"], errors="coerce"
    ).to_numpy(dtype=np.float64)
    columns = {
        name: found[name].astype(object).where(found[name].notna(), None) for name in RECORDED
    }
    columns["age_band"] = pd.Series([age_band(age, age_bands) for age in years], dtype=object)
    return pd.DataFrame(columns)
