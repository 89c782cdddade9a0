"""What the vendor makes of a list inside a record that is sent: appended to, or replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Record = dict[str, Any]


def taken(
    there: Sequence[Record],
    sent: Sequence[Mapping[str, Any]],
    *,
    replace: bool,
    new_id: Callable[[], str],
    now: str,
) -> list[Record]:
    """The list after a write.

    A child that names an `id` of the list is changed, left as it is (`_status` Unchanged) or taken
    away (Delete); any other is new.

    Args:
        replace: children that were not sent are gone; otherwise they stay.
        now: `pubts` of what is new or changed.
    """
    known = {child["id"]: child for child in there}
    result = {} if replace else dict(known)
    for child in sent:
        key = child.get("id")
        status = child.get("_status")
        if key not in known:
            key = new_id()
            base: Record = {}
        elif status == "Unchanged":
            result[key] = known[key]
            continue
        elif status == "Delete":
            result.pop(key, None)
            continue
        else:
            base = known[key]
        changed = _changed(base, child, replace=replace, new_id=new_id, now=now)
        same = base and {**changed, "pubts": base.get("pubts")} == base
        result[str(key)] = base if same else changed | {"id": key}
    return list(result.values())


def _changed(
    base: Record,
    child: Mapping[str, Any],
    *,
    replace: bool,
    new_id: Callable[[], str],
    now: str,
) -> Record:
    changed = dict(base)
    for name, value in child.items():
        if name in ("_status", "id"):
            continue
        if isinstance(value, list):
            below = changed.get(name) or []
            changed[name] = taken(below, value, replace=replace, new_id=new_id, now=now)
        else:
            changed[name] = value
    return changed | {"pubts": now}
