"""Every system under every fault: what is pulled and delivered while its stand-in misbehaves."""

from __future__ import annotations

from connectors.fault_matrix.cells import Cell
from connectors.fault_matrix.matrix import Table, run_matrix
from connectors.fault_matrix.systems import System, systems

__all__ = ["Cell", "System", "Table", "run_matrix", "systems"]
