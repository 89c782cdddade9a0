"""The simulated company, as far as a tenant looks at it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import pyarrow as pa


class CompanyView(Protocol):
    """Shows what the company's HR system knows at an instant."""

    def visible(self, entity: str, at: datetime) -> pa.Table:
        """What the HR system shows of an entity at an instant, in the contract's columns."""
        ...
