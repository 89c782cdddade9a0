"""What comes in from outside: external applications, interviews and assessments; moves of stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.feishu import words
from connectors.sandbox.feishu.rows import Json, Listed
from connectors.sandbox.feishu.tenant import APPLICATIONS, moved
from connectors.sandbox.kit import RefusedError, Written

EXTERNAL_APPLICATIONS = "external_applications"
EXTERNAL_INTERVIEWS = "external_interviews"
ASSESSMENTS = "external_interview_assessments"
#: For so long the vendor recognises an external_id; afterwards it makes a second record.
_DAY_MS = 24 * 3600 * 1000
_FIRST_ID = 7_300_000_000_000_000_000
_ENDED, _UNKNOWN, _SAME, _BUSINESS = "1002336", "1002002", "1002337", "1002399"
_SCORE, _CHOICE, _WORDS, _CHOICES = 1, 2, 3, 4


class Writes:
    """The writable side. `now_ms` is the tenant's clock."""

    def __init__(self, written: Written, now_ms: Callable[[], int]) -> None:
        self._written = written
        self._now_ms = now_ms

    def create(self, collection: str, fields: Mapping[str, Any]) -> Json:
        """Make a record, or find the one made under this external_id in the last 24 hours."""
        external_id = _text(fields, "external_id")
        for record in self.records(collection):
            fresh = self._now_ms() - record["_created_ms"] < _DAY_MS
            if record["external_id"] == external_id and fresh:
                return shown(record)
        key = str(_FIRST_ID + sum(len(self._written.records(c)) for c in _COLLECTIONS))
        record = {**fields, "id": key, "_created_ms": self._now_ms()}
        self._written.put(collection, key, record, self._now_ms(), "api")
        return shown(record)

    def change(self, collection: str, key: str, fields: Mapping[str, Any], by: str = "api") -> Json:
        """Set fields of a record.

        Raises:
            RefusedError: there is none.
        """
        if key not in self._written.records(collection):
            raise RefusedError(400, _UNKNOWN, "the record does not exist")
        self._written.put(collection, key, fields, self._now_ms(), by)
        return shown(self._written.values(collection, key))

    def records(self, collection: str) -> list[Mapping[str, Any]]:
        """All records of a collection, oldest first."""
        found = self._written.records(collection).values()
        return sorted(found, key=lambda record: str(record["id"]))

    def interviews_of(self, external_application_id: str) -> list[Json]:
        """External interviews of an application, each with its assessments."""
        found = []
        for interview in self.records(EXTERNAL_INTERVIEWS):
            if interview["external_application_id"] == external_application_id:
                own = [
                    shown(assessment)
                    for assessment in self.records(ASSESSMENTS)
                    if assessment["external_interview_id"] == interview["id"]
                ]
                found.append({**shown(interview), "interview_assessments": own})
        return found

    def create_interview(self, fields: Mapping[str, Any]) -> Json:
        """An interview held elsewhere.

        Raises:
            RefusedError: it names no external application that is there.
        """
        owner = _text(fields, "external_application_id")
        if owner not in self._written.records(EXTERNAL_APPLICATIONS):
            raise RefusedError(400, _UNKNOWN, "the external application does not exist")
        return self.create(EXTERNAL_INTERVIEWS, fields)

    def create_assessment(self, fields: Mapping[str, Any]) -> Json:
        """What one interviewer thought of it.

        Raises:
            RefusedError: it names no interview, or a dimension does not fit its kind.
        """
        owner = _text(fields, "external_interview_id")
        if owner not in self._written.records(EXTERNAL_INTERVIEWS):
            raise RefusedError(400, _UNKNOWN, "the external interview does not exist")
        checked_assessment(fields)
        return self.create(ASSESSMENTS, fields)

    def transfer(self, applications: Listed, key: str, stage_id: object, *, refuse: bool) -> None:
        """Move an application into a stage.

        Raises:
            RefusedError: a business rule forbids it, in the vendor's words.
        """
        application = applications.by_id.get(key)
        if application is None:
            raise RefusedError(400, _UNKNOWN, "the application does not exist")
        if refuse:
            raise RefusedError(400, _BUSINESS, "the stage has tasks that are not finished")
        if application["active_status"] == words.ENDED:
            raise RefusedError(400, _ENDED, "the application is terminated")
        if stage_id not in words.STAGE_OF_ID:
            raise RefusedError(400, _UNKNOWN, "the stage is not part of the process")
        if application["stage"]["id"] == stage_id:
            raise RefusedError(400, _SAME, "the application is in this stage already")
        values = {"stage_id": stage_id, "entered_ms": self._now_ms()}
        self._written.put(APPLICATIONS, key, values, self._now_ms(), "api")
        moved(applications, key, values)


_COLLECTIONS = (EXTERNAL_APPLICATIONS, EXTERNAL_INTERVIEWS, ASSESSMENTS)


def shown(record: Mapping[str, Any]) -> Json:
    """A record without what only the tenant knows."""
    return {name: value for name, value in record.items() if not name.startswith("_")}


def checked_assessment(fields: Mapping[str, Any]) -> None:
    """Refuse an assessment whose conclusion or dimensions do not fit.

    Raises:
        RefusedError: says which field.
    """
    if fields.get("conclusion") not in (1, 2, 3):
        raise _invalid("conclusion")
    for dimension in fields.get("assessment_dimension_list") or []:
        kind = dimension.get("assessment_type")
        fits = {
            _SCORE: isinstance(dimension.get("score"), int),
            _CHOICE: isinstance(dimension.get("option"), str),
            _WORDS: isinstance(dimension.get("content"), str),
            _CHOICES: isinstance(dimension.get("options"), list),
        }
        if not dimension.get("title") or not fits.get(kind, False):
            raise _invalid("assessment_dimension_list")


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise _invalid(name)
    return value


def _invalid(name: str) -> RefusedError:
    return RefusedError(400, "99992402", f"field validation failed: {name}")
