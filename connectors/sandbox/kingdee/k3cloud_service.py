"""What the form service of the stand-in K3Cloud tenant does: queries, views, metadata and saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from connectors.sandbox.kingdee.filters import NotUnderstoodError, parse_filter, sort_key
from connectors.sandbox.kingdee.forms import Values
from connectors.sandbox.kingdee.tables import Tables, record_id
from connectors.sandbox.kit import Faults

_MOST_ROWS = 2000
_MOST_SAVED = 1000
#: MsgCodes of this tenant; only the first was heard of outside (and is not verified).
LOST_SESSION, FAILED, NOT_FOUND = 1, 4, 10
Json = dict[str, Any]


class RowError(Exception):
    """One row of a save is refused; the words are for people."""


class K3CloudService:
    """The operations, over the tenant's tables.

    Args:
        shift: moves the start of a page, while pages drift.
    """

    def __init__(self, tables: Tables, faults: Faults, shift: Callable[[int], int]) -> None:
        self._tables = tables
        self._faults = faults
        self._shift = shift

    def query(self, body: Json, at: datetime, *, named: bool) -> Any:
        """ExecuteBillQuery (lists of values), or BillQuery (objects) where `named`."""
        asked = _data(body)
        form = str(asked.get("FormId"))
        fields = [name.strip() for name in str(asked.get("FieldKeys", "")).split(",")]
        try:
            rows = self._found(form, fields, asked, at)
        except NotUnderstoodError as error:
            return [[failed(FAILED, str(error))]]
        if named:
            return [dict(zip(fields, row, strict=True)) for row in rows]
        return rows

    def _found(
        self, form: str, fields: Sequence[str], asked: Json, at: datetime
    ) -> list[list[Any]]:
        records = self._records(form, at)
        known = list(self._shown(form, dict.fromkeys(self._tables.field_names(form))))
        missing = [name for name in fields if name not in known]
        if missing:
            raise NotUnderstoodError(f"字段 {missing[0]} 不存在")
        limit = int(asked.get("Limit") or 0) or _MOST_ROWS
        if limit > _MOST_ROWS:
            raise NotUnderstoodError(f"Limit 不能超过 {_MOST_ROWS}")
        meets = parse_filter(str(asked.get("FilterString") or ""), known)
        rows = [row for row in records if meets(row)]
        rows.sort(key=sort_key(str(asked.get("OrderString") or ""), known))
        start = self._start(asked)
        return [[row[name] for name in fields] for row in rows[start : start + limit]]

    def _start(self, asked: Json) -> int:
        """Where the page begins among the rows that meet the filter.

        Records that come or go before a page push it along. One that is asked for by the last FID
        seen begins where it begins; the drift happens (and is counted), but does not show.
        """
        start = int(asked.get("StartRow") or 0)
        by_id = str(asked.get("OrderString") or "").partition(" ")[0]
        if not start and by_id and f"{by_id} >" in str(asked.get("FilterString")):
            self._shift(1)
            return 0
        return self._shift(start)

    def _records(self, form: str, at: datetime) -> list[Values]:
        if form not in self._tables.forms:
            raise NotUnderstoodError(f"业务对象 {form} 不存在")
        return [self._shown(form, row) for row in self._tables.records(form, at).values()]

    def _shown(self, form: str, row: Mapping[str, Any]) -> Values:
        """A record after schema changes; what stands behind a reference goes with it."""
        changes = self._faults.renames(form)
        shown = {}
        for name, value in row.items():
            head, dot, rest = name.partition(".")
            new = changes.get(name, changes.get(head, head))
            if new is not None:
                shown[new if name in changes else new + dot + rest] = value
        return shown

    def business_info(self, body: Json, _at: datetime) -> Json:
        """QueryBusinessInfo: the form's fields, list by list."""
        form = str(_data(body).get("FormId"))
        if form not in self._tables.forms:
            return failed(FAILED, f"业务对象 {form} 不存在")
        names = self._shown(form, dict.fromkeys(self._tables.field_names(form)))
        declared = self._tables.forms[form]
        head = [name for name in names if name not in declared.entries]
        lists = [{"Key": "FBillHead", "Fields": _keys(head)}]
        lists += [
            {"Key": name, "Fields": _keys(entries.fields)}
            for name, entries in declared.entries.items()
        ]
        return {
            "Result": {
                "ResponseStatus": succeeded(),
                "NeedReturnData": {"Id": form, "Entrys": lists},
            }
        }

    def view(self, body: Json, at: datetime) -> Json:
        """View: a record by its number or inner id."""
        form, wanted = str(body.get("formid")), _data(body)
        if form not in self._tables.forms:
            return failed(FAILED, f"业务对象 {form} 不存在")
        for number, row in self._tables.records(form, at).items():
            if number == wanted.get("Number") or str(row["FID"]) == str(wanted.get("Id")):
                shown = {"Id": row["FID"], "Number": number}
                return {"Result": {"ResponseStatus": succeeded(), "Result": shown}}
        return failed(NOT_FOUND, "未找到对应数据")

    def save(self, body: Json, at: datetime) -> Json:
        """Save and BatchSave: each model by itself; what became of it, by its place."""
        form, data = str(body.get("formid")), _data(body)
        models = data.get("Model")
        models = models if isinstance(models, list) else [models]
        if form not in self._tables.forms or len(models) > _MOST_SAVED:
            return failed(FAILED, f"业务对象 {form} 不存在，或超过 {_MOST_SAVED} 条")
        saved, errors = [], []
        for place, model in enumerate(models):
            try:
                number = self._save_one(form, model, data, at)
            except RowError as error:
                errors.append({"FieldName": "", "Message": str(error), "DIndex": place})
                continue
            saved.append({"Id": record_id(form, number), "Number": number, "DIndex": place})
        status = {
            "IsSuccess": not errors,
            "Errors": errors,
            "SuccessEntitys": saved,
            "SuccessMessages": [],
            "MsgCode": 11 if errors else 0,
        }
        return {"Result": {"ResponseStatus": status, "NeedReturnData": [{}]}}

    def _save_one(self, form: str, model: Any, data: Json, at: datetime) -> str:
        if not isinstance(model, Mapping):
            raise RowError("Model 不是对象")
        number, exists = self._target(form, model, at)
        if self._faults.strikes("refuse_row_every"):
            raise RowError("业务规则不允许保存")
        self._refuse_closed(form, number, at)
        only = set(data.get("NeedUpDateFields") or [])
        fields = {k: v for k, v in model.items() if k not in ("FID", "FNumber")}
        values = {k: self._checked(form, k, v) for k, v in fields.items() if not only or k in only}
        if exists and str(data.get("IsDeleteEntry", "true")).lower() == "true":
            kept = self._tables.records(form, at)[number]
            for name in self._tables.forms[form].entries:
                sent = {str(entry.get("FEntryID")) for entry in model.get(name) or []}
                values[name] = [e for e in kept[name] if str(e["FEntryID"]) in sent]
        self._tables.save(form, number, values, at, "api")
        return number

    def _target(self, form: str, model: Mapping[str, Any], at: datetime) -> tuple[str, bool]:
        """Number of the record to save, and whether it is there already."""
        records = self._tables.records(form, at)
        inner, number = str(model.get("FID") or "0"), str(model.get("FNumber") or "")
        if inner != "0":
            for known, row in records.items():
                if str(row["FID"]) == inner:
                    return known, True
            raise RowError("内码对应的数据不存在")
        if number in records:
            raise RowError("编码已存在，违反编码唯一性")
        if not number or not self._tables.forms[form].is_created_by_save:
            raise RowError("缺少必填字段，不能新增")
        return number, False

    def _refuse_closed(self, form: str, number: str, at: datetime) -> None:
        if not self._faults.level("refuse_closed") or form != "TL_Application":
            return
        if self._tables.records(form, at)[number]["F_TL_Status"] != "A":
            self._faults.fired["refuse_closed"] += 1
            raise RowError("应聘记录已关闭，不能修改")

    def _checked(self, form: str, name: str, value: Any) -> Any:
        declared = self._tables.forms[form]
        if name in declared.entries:
            return value
        kind = declared.writable.get(name)
        if kind is None or name not in self._shown(form, {name: None}):
            raise RowError(f"字段 {name} 不存在，或不可修改")
        if value is not None and (kind == "number") != isinstance(value, int | float):
            raise RowError(f"字段 {name} 的值类型不符")
        return value

    def edit(
        self, form: str, number: str, fields: Mapping[str, Any], by: str, at: datetime
    ) -> bool:
        """A person changes fields by hand; returns whether anything changed.

        Raises:
            RowError: the record or a field does not exist.
        """
        if form not in self._tables.forms or number not in self._tables.records(form, at):
            raise RowError(f"{form} has no such record")
        values = {name: self._checked(form, name, value) for name, value in fields.items()}
        return self._tables.save(form, number, values, at, by)


def _data(body: Json) -> Json:
    """The operation's own part, which clients send as an object or as its text."""
    data = body.get("data")
    found = orjson.loads(data) if isinstance(data, str) else data
    return dict(found) if isinstance(found, Mapping) else {}


def _keys(names: Any) -> list[Json]:
    """Fields as metadata lists them; what stands behind a reference is not a field of its own."""
    return [{"Key": key} for key in dict.fromkeys(name.partition(".")[0] for name in names)]


def succeeded() -> Json:
    """The ResponseStatus of success."""
    return {"IsSuccess": True, "Errors": [], "SuccessEntitys": [], "SuccessMessages": [],
            "MsgCode": 0}  # fmt: skip


def failed(code: int, words: str) -> Json:
    """The answer to an operation that failed as a whole."""
    error = {"FieldName": None, "Message": words, "DIndex": 0}
    status = {"IsSuccess": False, "Errors": [error], "SuccessEntitys": [], "SuccessMessages": [],
              "MsgCode": code}  # fmt: skip
    return {"Result": {"ResponseStatus": status}}
