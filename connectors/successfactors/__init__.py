"""SAP SuccessFactors over OData v2: reading recruiting and employment, writing results back."""

from __future__ import annotations

from connectors.successfactors.client import ODataClient
from connectors.successfactors.options import SuccessFactorsOptions
from connectors.successfactors.results import RowResult
from connectors.successfactors.source import SuccessFactorsSource

__all__ = ["ODataClient", "RowResult", "SuccessFactorsOptions", "SuccessFactorsSource"]
