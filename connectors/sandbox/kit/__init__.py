"""What every stand-in tenant is built from: clock, faults, admission, written values, and an app."""

from __future__ import annotations

from connectors.sandbox.kit.admission import Admission
from connectors.sandbox.kit.app import Place, TenantApp, body_of, json_answer
from connectors.sandbox.kit.clock import SandboxClock
from connectors.sandbox.kit.company import CompanyView
from connectors.sandbox.kit.errors import RefusedError
from connectors.sandbox.kit.faults import EVERY, LEVELS, Faults
from connectors.sandbox.kit.written import Written

__all__ = [
    "EVERY", "LEVELS", "Admission", "CompanyView", "Faults", "Place", "RefusedError",
    "SandboxClock", "TenantApp", "Written", "body_of", "json_answer",
]  # fmt: skip
