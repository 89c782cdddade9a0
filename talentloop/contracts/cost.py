"""Canonical records of what hiring costs."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from talentloop.contracts.base import Record, field


class RecruitingCost(Record):
    """One amount spent on hiring, or taken back; its period is that in which it was caused."""

    entity: ClassVar[str] = "recruiting_cost"

    cost_type_code: str = field("process", "What for; config/rules/cost.yml lists the types", min_length=1)  # fmt: skip
    nature_code: Literal["external", "internal"] = field(
        "process", "Paid to others, or the company's own staff and systems"
    )
    worker_type_code: Literal["employee", "contractor"] = field(
        "process", "Whom it hires; contractors are counted apart", "employee"
    )
    amount: float = field("process", "Amount as booked; negative where one is taken back")
    amount_currency_code: str = field("process", "ISO 4217", min_length=3, max_length=3)
    is_vat_included: bool = field("process", "The amount includes value added tax", False)
    vat_rate: float = field("process", "Rate of that tax, 0.06 for 6 %", 0.0, ge=0, le=1)
    incurred_on: date = field("process", "Invoice or payroll date")
    accrued_on: date | None = field(
        "process", "Day in whose period it counts, where that is another", None
    )
    paid_on: date | None = field("process", "Payment; a referral bonus after probation", None)
    reference_source: str | None = field(
        "key", "Source that the ids below belong to, where it is another", None
    )
    requisition_id: str | None = field("key", "Requisition", None)
    org_unit_id: str | None = field("key", "Org unit", None)
    application_id: str | None = field("key", "Application of the hire that it belongs to", None)
    source_channel_code: str | None = field("process", "Channel that it pays for", None)
