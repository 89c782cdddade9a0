"""Great Expectations, loaded in one place. It takes seconds: import this only where checks run.

Its modules do not declare what they export, so strict typing sees them as Any from here on.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

gx: Any = import_module("great_expectations")
gxe: Any = import_module("great_expectations.expectations")
Column: Any = import_module("great_expectations.expectations.row_conditions").Column
RunIdentifier: Any = import_module("great_expectations.core.run_identifier").RunIdentifier
