"""用友: YonBIP and the older eHR, read and written."""

from __future__ import annotations

from connectors.yonyou.source import YonyouSource
from connectors.yonyou.writer import YonyouSink

__all__ = ["YonyouSink", "YonyouSource"]
