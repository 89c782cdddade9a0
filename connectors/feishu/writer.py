"""Writing back into one Feishu tenant: external interviews with assessments, and moves of stages.

What is there is read before anything is sent, always: an external_id is recognised for 24 hours
only, and a change may have waited for longer than that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.base import WriteItem, WriteResult
from connectors.feishu.assessments import Json, assessment_of, fields_of, interview_of
from connectors.feishu.client import FeishuClient, data_of
from connectors.feishu.options import SYSTEM, FeishuOptions, connector_spec
from connectors.http import HttpError
from connectors.options import checked_options
from connectors.outbox.destination import Operation
from connectors.outcomes import raise_if_hopeless, result_of
from connectors.tenant import TenantSink
from talentloop.errors import ConfigError
from talentloop.settings import Settings

_HIRE = "open-apis/hire/v1"
_INTERVIEW, _APPLICATION = "external_interview", "application"


@dataclass(frozen=True)
class _There:
    """An application of the tenant's own, and what of ours stands beside it."""

    application: Json
    external_id: str
    owner: str | None = None
    interview: Json | None = None
    assessment: Json | None = None


class FeishuSink(TenantSink[FeishuOptions, FeishuClient]):
    """A SinkConnector over Feishu Hire. The `entity` of an operation says what it writes:

    - `external_interview`: the result of an interview held elsewhere, with its assessment, beside
      the application (entity key) in an external application of the same talent;
    - `application`: the stage that the application (entity key) is moved to.

    Args:
        settings: where secrets, limits and the destinations' configuration lie.
        name: the configured source whose tenant it is.
        options: the tenant; a mapping is read as FeishuOptions.

    Raises:
        ConfigError: the options do not fit.
    """

    batch_size = 1

    def __init__(
        self, settings: Settings, name: str, options: FeishuOptions | Mapping[str, Any]
    ) -> None:
        checked = checked_options(name, options, FeishuOptions, SYSTEM)
        super().__init__(settings, name, checked, FeishuClient)

    def write(self, operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        """Send items one by one; one result each, in order.

        Raises:
            ConfigError: no destination describes the operation.
            HttpAuthError: our credentials are refused.
            DeliveryError: the quota is used up.
        """
        send: dict[str, Callable[[WriteItem], str]] = {
            _INTERVIEW: self._write_interview,
            _APPLICATION: self._transfer,
        }
        way = send[self._entity(operation)]
        return [_sent(item, way) for item in items]

    def read_back(self, operation: str, entity_keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The fields that `operation` sets, as they stand there now; missing records left out.

        Raises:
            ConfigError: no destination describes the operation.
            SourceError: they could not be read.
            DeliveryError: the quota is used up.
        """
        look: dict[str, Callable[[str], Json | None]] = {
            _INTERVIEW: self._read_interview,
            _APPLICATION: self._read_stage,
        }
        way = look[self._entity(operation)]
        try:
            found = {key: way(key) for key in entity_keys}
        except HttpError as error:
            raise_if_hopeless(error)
            raise
        return {key: fields for key, fields in found.items() if fields is not None}

    def _entity(self, operation: str) -> str:
        spec: Operation | None = self._operations.get(operation)
        if spec is None or spec.entity not in (_INTERVIEW, _APPLICATION):
            raise ConfigError(
                f"No destination describes the operation {operation} for Feishu",
                where=f"config/destinations, source {self.name}",
                remedy=f"Describe it there; its entity is {_INTERVIEW} or {_APPLICATION}.",
            )
        return spec.entity

    # The result of an interview.

    def _write_interview(self, item: WriteItem) -> str:
        """Make what is missing, change what differs. Returns the id of the assessment."""
        there = self._look(item.entity_key)
        if there is None:
            raise ValueError("the application is not there")
        body = assessment_of(item.payload, self._options.assessment_titles, there.assessment)
        interview_id = self._interview(item, there)
        where = f"{self.name} assessment of application {item.entity_key}"
        if there.assessment is None:
            ids = {"external_id": there.external_id, "external_interview_id": interview_id}
            return self._create("external_interview_assessments", {**body, **ids}, where)
        link = f"{_HIRE}/external_interview_assessments/{there.assessment['id']}"
        if _differs(there.assessment, body):
            self.client.send("PATCH", link, body, where=where, idempotent=True)
        return str(there.assessment["id"])

    def _interview(self, item: WriteItem, there: _There) -> str:
        """The id of the external interview, made or changed if need be."""
        body = interview_of(item.payload, there.interview)
        owner = there.owner or self._external_application(item.entity_key, there)
        ids = {"external_id": there.external_id, "external_application_id": owner}
        where = f"{self.name} external interview of application {item.entity_key}"
        if there.interview is None:
            return self._create("external_interviews", {**body, **ids}, where)
        link = f"{_HIRE}/external_interviews/{there.interview['id']}"
        if _differs(there.interview, body):
            # PUT overwrites the whole record; there is nothing in it that is not ours.
            self.client.send("PUT", link, {**body, **ids}, where=where, idempotent=True)
        return str(there.interview["id"])

    def _external_application(self, application_id: str, there: _There) -> str:
        """A new external application that stands for one of the tenant's own; its id."""
        job = there.application.get("job_info") or {}
        body = {
            "external_id": there.external_id,
            "talent_id": there.application["talent_id"],
            "job_title": job.get("title") or "",
            "resume_source": "TalentLoop",
        }
        where = f"{self.name} external application of {application_id}"
        return self._create("external_applications", body, where)

    def _look(self, application_id: str) -> _There | None:
        """What stands there for an application; None where the application itself is gone."""
        application = self._application(application_id)
        if application is None:
            return None
        external_id = f"{self._options.external_id_prefix}-{application_id}"
        owner = self._known_application(str(application["talent_id"]), external_id)
        if owner is None:
            return _There(application, external_id)
        interview = _named(self._interviews_of(str(owner["id"])), external_id)
        own = (interview or {}).get("interview_assessments") or []
        known = _named(own, external_id)
        return _There(application, external_id, str(owner["id"]), interview, known)

    def _read_interview(self, application_id: str) -> Json | None:
        there = self._look(application_id)
        if there is None or there.interview is None or there.assessment is None:
            return None
        return fields_of(there.interview, there.assessment, self._options.assessment_titles)

    def _known_application(self, talent: str, external_id: str) -> Json | None:
        query = {"talent_id": talent, "page_size": "100"}
        pages = self.client.pages(f"{_HIRE}/external_applications", query)
        return _named([item for _, items in pages for item in items], external_id)

    def _interviews_of(self, owner: str) -> list[Json]:
        query = {"external_application_id": owner, "page_size": "100"}
        pages = self.client.pages(f"{_HIRE}/external_interviews/batch_query", query, body={})
        return [item for _, items in pages for item in items]

    def _create(self, collection: str, body: Json, where: str) -> str:
        answer = self.client.send(
            "POST", f"{_HIRE}/{collection}", body, where=where, idempotent=False
        )
        return str(data_of(answer)[collection.removesuffix("s")]["id"])

    # The stage of an application.

    def _transfer(self, item: WriteItem) -> str:
        """Move the application, unless it is there already. Returns the stage's id."""
        stage_id = str(item.payload.get("stage_id") or "")
        if not stage_id:
            raise ValueError("stage_id is missing")
        if self._read_stage(item.entity_key) == {"stage_id": stage_id}:
            return stage_id
        path = connector_spec().writes["stage_transfer"].path.format(id=item.entity_key)
        where = f"{self.name} stage of application {item.entity_key}"
        self.client.send("POST", path, {"stage_id": stage_id}, where=where, idempotent=False)
        return stage_id

    def _read_stage(self, application_id: str) -> Json | None:
        application = self._application(application_id)
        return None if application is None else {"stage_id": application["stage"]["id"]}

    def _application(self, application_id: str) -> Json | None:
        path = connector_spec().streams["applications"].detail.format(id=application_id)
        found = self.client.get_one(
            path, "application", where=f"{self.name} application {application_id}"
        )
        return None if found is None else found[1]


def _sent(item: WriteItem, way: Callable[[WriteItem], str]) -> WriteResult:
    try:
        return WriteResult(item.idempotency_key, "sent", remote_ref=way(item))
    except ValueError as error:
        return WriteResult(item.idempotency_key, "refused", message=f"Not sent: {error}")
    except HttpError as error:
        return result_of(item, error)


def _differs(known: Json, wanted: Json) -> bool:
    return any(known.get(name) != value for name, value in wanted.items())


def _named(records: Sequence[Json], external_id: str) -> Json | None:
    """The first of the records that is ours."""
    return next((one for one in records if one.get("external_id") == external_id), None)
