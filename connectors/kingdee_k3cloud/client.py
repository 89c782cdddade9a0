"""One K3Cloud tenant's form service: metadata, queries, and saves that never delete."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from connectors.http import Answer, HttpError, LostTime
from connectors.http.address import sandbox_secret
from connectors.http.exchange import Parse
from connectors.http.secrets import secret
from connectors.kingdee_k3cloud.answers import (
    Outcome,
    keys_in,
    parse,
    parse_saved,
    parse_viewed,
)
from connectors.kingdee_k3cloud.options import SYSTEM, K3CloudOptions, connector_spec
from connectors.kingdee_k3cloud.session import SignedSession
from connectors.kingdee_k3cloud.signing import Account, AppKeys, stand_in_keys
from connectors.options import open_client
from connectors.outcomes import Saved
from talentloop.chunks import chunks
from talentloop.closing import Closing
from talentloop.errors import ConfigError
from talentloop.settings import Settings

Row = dict[str, Any]
_NUMBER = "FNumber"
_NUMBERS_PER_READ = 50


class K3CloudClient(Closing):
    """Talks to one tenant. Threads may share it; close it after use.

    Args:
        settings: where secrets and shared limits lie.
        name: the configured source; names it in messages and keys its rate limit.
        options: the tenant.

    Raises:
        ConfigError: a secret is missing, or the application id is not one.
    """

    def __init__(self, settings: Settings, name: str, options: K3CloudOptions) -> None:
        spec = connector_spec()
        self.name = name
        self.options = options
        account = Account(
            options.acct_id, options.user_name, options.language, options.organisation
        )
        self._session = SignedSession(_keys(settings, name, options), account, settings.clock)
        self._http = open_client(settings, name, options, spec, system=SYSTEM, auth=self._session)
        self._service = (options.service_path or spec.service_path).strip("/")
        #: MsgCodes that are about the request as a whole, and not about its rows.
        self._whole = frozenset(spec.errors.codes)
        self._fields: dict[str, frozenset[str]] = {}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def lost_time(self) -> LostTime:
        """A fresh allowance of lost time, to share among the requests of one read."""
        return self._http.lost_time()

    def fields(self, form: str) -> frozenset[str]:
        """Keys of the fields and lists of a form, asked for once.

        Raises:
            HttpError: they could not be read, or there is no such form.
        """
        if form not in self._fields:
            where = f"{self.name} fields of {form}"
            answer = self._read("QueryBusinessInfo", {"data": {"FormId": form}}, where)
            self._fields[form] = frozenset(keys_in(answer.data))
        return self._fields[form]

    def check_fields(self, form: str, wanted: Mapping[str, str]) -> None:
        """Make sure that a form has the fields that we ask for or set.

        Args:
            wanted: field → what it is wanted for, in messages.

        Raises:
            ConfigError: it lacks some; names each.
            HttpError: its fields could not be read.
        """
        if not self.options.check_fields:
            return
        known = self.fields(form) | {self.options.id_field(form)}
        missing = [
            f"{form}.{field} (for {use})"
            for field, use in wanted.items()
            if field.partition(".")[0] not in known
        ]
        if missing:
            raise ConfigError(
                f"The form does not have {len(missing)} of the fields that we use",
                where=f"{self.name} QueryBusinessInfo: " + ", ".join(missing),
                remedy="Correct the mapping or the destination, or make the fields in the form; "
                "check_fields: false leaves this check out.",
            )

    def query(
        self,
        form: str,
        fields: Sequence[str],
        condition: str,
        *,
        limit: int,
        where: str,
        start_row: int = 0,
        lost: LostTime | None = None,
    ) -> tuple[Answer, list[Row]]:
        """Rows of a form by ascending inner id, each by its field keys.

        Raises:
            HttpError: they could not be read, or the answer has another shape than was asked for.
        """
        asked = {
            "FormId": form,
            "FieldKeys": ",".join(fields),
            "FilterString": condition,
            "OrderString": f"{self.options.id_field(form)} ASC",
            "TopRowCount": 0,
            "StartRow": start_row,
            "Limit": limit,
        }
        answer = self._read(
            self.options.query, {"data": asked}, where, lost, partial(_rows, fields=fields)
        )
        return answer, answer.data

    def records(self, form: str, numbers: Sequence[str], fields: Sequence[str]) -> dict[str, Row]:
        """Single records by number, with the fields asked for and inner id; missing ones left out.

        Raises:
            HttpError: they could not be read.
        """
        found: dict[str, Row] = {}
        wanted = list(dict.fromkeys([self.options.id_field(form), _NUMBER, *fields]))
        for some in chunks(numbers, _NUMBERS_PER_READ):
            condition = f"{_NUMBER} in ({','.join(quoted(number) for number in some)})"
            where = f"{self.name} {form} by number"
            _, rows = self.query(form, wanted, condition, limit=2 * len(some), where=where)
            found.update((str(row[_NUMBER]), row) for row in rows)
        return {number: found[number] for number in numbers if number in found}

    def view(self, form: str, number: str) -> str | None:
        """Inner id of the record with this number; None where there is none.

        Raises:
            HttpError: it could not be read.
        """
        body = {"formid": form, "data": {"Number": number}}
        look = partial(parse_viewed, whole=self._whole)
        found: str | None = self._read("View", body, f"{self.name} view {form}", None, look).data
        return found

    def save(self, form: str, models: Sequence[Row], fields: Collection[str]) -> list[Saved]:
        """Save records by inner id, or by number where they are new; one result per record, in order.

        What is not among `fields`, entries included, stays as it is. Sent once: when the answer
        is lost the error has `maybe_applied` set, and the caller reads back before sending again.

        Raises:
            HttpError: there is no answer to go by.
        """
        data = {
            "NeedUpDateFields": sorted(fields),
            "NeedReturnFields": [],
            # "true" would delete every entry that the model does not repeat.
            "IsDeleteEntry": "false",
            "SubSystemId": "",
            "IsVerifyBaseDataField": "false",
            "IsEntryBatchFill": "true",
            "IsAutoSubmitAndAudit": str(self.options.auto_submit_and_audit).lower(),
            "Model": list(models),
        }
        where = f"{self.name} save of {len(models)} {form}"
        answer = self._http.send(
            "POST",
            self._link(connector_spec().writes["save"].path),
            {"formid": form, "data": data},
            where=where,
            idempotent=False,
            parse=partial(parse_saved, whole=self._whole),
            media="",
        )
        self._session.note(answer.headers)
        outcome: Outcome = answer.data
        return [outcome.row(index) for index in range(len(models))]

    def _read(
        self,
        operation: str,
        body: object,
        where: str,
        lost: LostTime | None = None,
        read: Parse = parse,
    ) -> Answer:
        try:
            answer = self._http.send(
                "POST", self._link(operation), body, where=where, idempotent=True, lost=lost,
                parse=read, media="",
            )  # fmt: skip
        except HttpError as error:
            error.maybe_applied = False  # nothing is written by a read
            raise
        self._session.note(answer.headers)
        return answer

    def _link(self, operation: str) -> str:
        return f"{self._service}.{operation}.common.kdsvc"


def quoted(text: str) -> str:
    """A text as a literal of FilterString."""
    return "'" + text.replace("'", "''") + "'"


def _rows(body: bytes, fields: Sequence[str]) -> Any:
    """The rows of a query, or the data of a failure.

    Raises:
        ValueError: the rows are not lists as long as `fields`, nor objects.
    """
    data = parse(body)
    if isinstance(data, Mapping):
        return data
    if not isinstance(data, list):
        raise ValueError("no list of rows")
    return [_named(row, fields) for row in data]


def _named(row: Any, fields: Sequence[str]) -> Row:
    if isinstance(row, Mapping):
        # An object may write the dot of a reference's field as an underscore.
        names = [field if field in row else field.replace(".", "_") for field in fields]
        if all(name in row for name in names):
            return {field: row[name] for field, name in zip(fields, names, strict=True)}
    if not isinstance(row, list) or len(row) != len(fields):
        raise ValueError("a row of another length")
    return dict(zip(fields, row, strict=True))


def _keys(settings: Settings, name: str, options: K3CloudOptions) -> AppKeys:
    if options.is_sandbox:
        return stand_in_keys(secret(settings, f"file:{sandbox_secret(SYSTEM)}", "sandbox secret"))
    app_id = secret(settings, options.app_id, "application id")
    app_secret = secret(settings, options.app_secret, "application secret")
    try:
        return AppKeys.of(app_id, app_secret)
    except ValueError as error:
        raise ConfigError(
            f"The application id is not one: {error}",
            where=f"source {name}, app_id",
            remedy="Copy it from the tenant's list of registered systems, as a whole.",
        ) from None
