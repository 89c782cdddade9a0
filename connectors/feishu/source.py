"""Reading one Feishu tenant, list by list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from connectors.base import Page, stream_of
from connectors.feishu import rows
from connectors.feishu.client import FeishuClient, data_of
from connectors.feishu.options import SYSTEM, FeishuOptions, FeishuStream, connector_spec
from connectors.fresh import Fresh
from connectors.http import Answer, LostTime
from connectors.options import checked_options
from connectors.tenant import TenantSource, joined
from talentloop.chunks import chunks
from talentloop.settings import Settings

MAPPING = Path(__file__).resolve().parent / "mapping.yaml"
#: A page as it was read: the first answer, its bodies, and the rows made of them.
_Part = tuple[Answer, list[bytes], list[rows.Json]]


class FeishuSource(TenantSource[FeishuOptions, FeishuClient]):
    """A SourceConnector over Hire, CoreHR and Performance. Its streams are those of the mapping.

    Args:
        settings: where secrets and limits lie.
        name: the configured source.
        options: the tenant; a mapping is read as FeishuOptions.
        mapping: the mapping file; default the connector's own.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        options: FeishuOptions | Mapping[str, Any],
        mapping: Path | None = None,
    ) -> None:
        checked = checked_options(name, options, FeishuOptions, SYSTEM)
        super().__init__(settings, name, checked, FeishuClient, mapping or MAPPING)
        self._talent_of: dict[str, str] = {}  # of applications read by this source so far
        self._readers: dict[str, Callable[..., Iterator[_Part]]] = {
            "jobs": partial(self._plain, rows.job_row),
            "job_requirements": partial(self._plain, self._requirement),
            "talents": partial(self._plain, rows.talent_row),
            "applications": self._applications,
            "interviews": self._interviews,
            "interview_records": self._records,
            "evaluations": partial(self._plain, dict),
            "offers": self._offers,
            "employees": self._employees,
            "reviews": self._reviews,
        }

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of what changed since `since` minus the overlap; everything when None.

        Lists without a filter for changes are read as a whole (employees), or for the days that
        may still change (interviews); landing drops what it has.

        Raises:
            SourceError: a page could not be read; names list and page.
            SourceAuthError: our credentials were refused.
            ConfigError: there is no such stream.
        """
        reader, spec = stream_of(self._readers, stream, self.name), connector_spec().streams[stream]
        found = reader(spec, self.start_of(spec, since), self.client.lost_time())
        parts = ((answer, some, joined(bodies)) for answer, bodies, some in found)
        yield from self.paged(stream, parts, Fresh())

    def _query(self, spec: FeishuStream, since: datetime | None) -> dict[str, str]:
        query = {"page_size": str(spec.page_size), "user_id_type": self._options.user_id_type}
        if since is not None and spec.since:
            query[spec.since] = _ms(since)
        return query

    def _plain(
        self,
        row: Callable[[rows.Json], rows.Json],
        spec: FeishuStream,
        since: datetime | None,
        lost: LostTime,
    ) -> Iterator[_Part]:
        for answer, items in self.client.pages(spec.path, self._query(spec, since), lost=lost):
            yield answer, [answer.body], [row(item) for item in items]

    def _requirement(self, item: rows.Json) -> rows.Json:
        return rows.requirement_row(
            item, self._options.filled_progress, self._options.given_up_progress
        )

    def _applications(
        self, spec: FeishuStream, since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        """The list brings ids; each application is asked for by its id."""
        for answer, ids in self.client.pages(spec.path, self._query(spec, since), lost=lost):
            bodies, found = [], list[rows.Json]()
            for one in ids:
                detail = self._detail(spec, str(one), "application", lost)
                if detail is None:
                    continue
                body, application = detail
                self._talent_of[str(one)] = str(application.get("talent_id"))
                bodies.append(body)
                found += rows.application_rows(application)
            yield answer, bodies, found

    def _detail(
        self, spec: FeishuStream, identity: str, field: str, lost: LostTime
    ) -> tuple[bytes, rows.Json] | None:
        """One record by its id; None where it was deleted since the list was read."""
        where = f"{self.name} {field} {identity}"
        return self.client.get_one(spec.detail.format(id=identity), field, where=where, lost=lost)

    def _interview_pages(
        self, since: datetime | None, lost: LostTime
    ) -> Iterator[tuple[Answer, list[rows.Json]]]:
        spec = connector_spec().streams["interviews"]
        query = self._query(spec, None)
        if since is not None:
            query["start_time"] = _ms(since - timedelta(days=self._options.reread_days))
        yield from self.client.pages(spec.path, query, lost=lost)

    def _interviews(
        self, _spec: FeishuStream, since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        for answer, items in self._interview_pages(since, lost):
            held = self._options.held_arrangements
            yield answer, [answer.body], [rows.interview_row(item, held) for item in items]

    def _records(
        self, spec: FeishuStream, since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        """What interviewers recorded about the interviews of the same days."""
        for answer, interviews in self._interview_pages(since, lost):
            owner = {
                str(record["id"]): interview
                for interview in interviews
                for record in interview.get("interview_record_list") or []
            }
            bodies, found = [], list[rows.Json]()
            for some in chunks(list(owner), spec.page_size):
                query = {
                    "page_size": str(spec.page_size),
                    "user_id_type": self._options.user_id_type,
                }
                link = f"{spec.path}?{urlencode([('ids', one) for one in some])}"
                for part, records in self.client.pages(link, query, lost=lost):
                    bodies.append(part.body)
                    for record in records:
                        found += rows.record_rows(record, owner.get(str(record.get("id")), {}))
            yield answer, bodies, found

    def _offers(
        self, spec: FeishuStream, since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        """All offers of every talent with an application that changed: an offer itself tells no
        time of change, and is listed by talent only."""
        listed = connector_spec().streams["applications"]
        done = set[str]()
        for answer, ids in self.client.pages(listed.path, self._query(listed, since), lost=lost):
            bodies, found = [], list[rows.Json]()
            for talent in dict.fromkeys(self._talents(listed, map(str, ids), lost)):
                if talent in done:
                    continue
                done.add(talent)
                offers = []
                for offer_id in self._offer_ids(spec, talent, lost):
                    detail = self._detail(spec, offer_id, "offer", lost)
                    if detail is not None:
                        bodies.append(detail[0])
                        offers.append(detail[1])
                found += rows.offer_rows(offers)
            yield answer, bodies, found

    def _talents(self, listed: FeishuStream, ids: Iterable[str], lost: LostTime) -> Iterator[str]:
        for one in ids:
            if one not in self._talent_of:
                detail = self._detail(listed, one, "application", lost)
                if detail is None:
                    continue
                self._talent_of[one] = str(detail[1].get("talent_id"))
            yield self._talent_of[one]

    def _offer_ids(self, spec: FeishuStream, talent: str, lost: LostTime) -> Iterator[str]:
        query = {**self._query(spec, None), "talent_id": talent}
        for _, items in self.client.pages(spec.path, query, lost=lost):
            yield from (str(item["id"]) for item in items)

    def _employees(
        self, spec: FeishuStream, _since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        query = self._query(spec, None)
        body = {"fields": spec.fields}
        for answer, items in self.client.pages(spec.path, query, body=body, lost=lost):
            yield answer, [answer.body], items

    def _reviews(
        self, spec: FeishuStream, since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        """Ratings of everybody in every semester, some people at a time."""
        where = f"{self.name} semesters"
        query = {"user_id_type": self._options.user_id_type}
        first = self.client.get(spec.detail, query, where=where, lost=lost)
        semesters = {str(one["id"]): one for one in data_of(first).get("items") or []}
        if not semesters:
            return
        people = self._people(lost)
        for some in chunks(people, self._options.people_per_query):
            body: dict[str, object] = {
                "semester_ids": [int(one) for one in semesters],
                "reviewee_user_ids": some,
            }
            if since is not None:
                body["updated_later_than"] = int(_ms(since))
            answer = self.client.send(
                "POST", spec.path, body, query, where=f"{self.name} review data", idempotent=True,
                lost=lost,
            )  # fmt: skip
            found = [
                row
                for data in data_of(answer).get("datas") or []
                for row in rows.review_rows(
                    data,
                    semesters.get(str(data.get("semester_id")), {}),
                    self._options.review_stages,
                )
            ]
            yield answer, [first.body, answer.body], found

    def _people(self, lost: LostTime) -> list[str]:
        spec = connector_spec().streams["employees"]
        query, body = self._query(spec, None), {"fields": ["employment_status"]}
        return [
            str(item["employment_id"])
            for _, items in self.client.pages(spec.path, query, body=body, lost=lost)
            for item in items
        ]


def _ms(at: datetime) -> str:
    return str(int(at.astimezone(UTC).timestamp() * 1000))
