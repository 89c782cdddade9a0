"""Reading one DingTalk organisation: applications (flows), their jobs and interviews, the roster."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.base import Page, stream_of
from connectors.dingtalk import rows
from connectors.dingtalk.client import DingTalkClient
from connectors.dingtalk.options import (
    SYSTEM,
    DingTalkOptions,
    DingTalkStream,
    connector_spec,
)
from connectors.fresh import Fresh
from connectors.http import Answer, HttpError, LostTime
from connectors.options import checked_options
from connectors.tenant import TenantSource, joined
from talentloop.chunks import chunks
from talentloop.settings import Settings

MAPPING = Path(__file__).resolve().parent / "mapping.yaml"
#: A page as it was read: the first answer, its bodies, and the rows made of them.
_Part = tuple[Answer, list[bytes], list[rows.Json]]
_GONE = 404
_ON_JOB = "2,3,5,-1"  # on probation, regular, about to leave, without a state


class DingTalkSource(TenantSource[DingTalkOptions, DingTalkClient]):
    """A SourceConnector over recruiting and roster. Its streams are those of the mapping.

    Whatever stream is read, its pages carry the time of this source's first answer: details are
    kept from one stream to the next, and what changes in between is read again next time.

    Args:
        settings: where secrets and limits lie.
        name: the configured source.
        options: the organisation; a mapping is read as DingTalkOptions.
        mapping: the mapping file; default the connector's own.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        options: DingTalkOptions | Mapping[str, Any],
        mapping: Path | None = None,
    ) -> None:
        checked = checked_options(name, options, DingTalkOptions, SYSTEM)
        super().__init__(settings, name, checked, DingTalkClient, mapping or MAPPING)
        self._began: datetime | None = None
        self._flows: dict[str, tuple[bytes, rows.Json] | None] = {}
        self._readers: dict[str, Callable[..., Iterator[_Part]]] = {
            "jobs": self._jobs,
            "flows": self._changed_flows,
            "interviews": self._interviews,
            "employees": self._employees,
        }

    def is_exhaustive(self, stream: str) -> bool:
        """Whether a full read shows everything: of jobs only those that were applied for."""
        return stream != "jobs"

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of what changed since `since` minus the overlap; everything when None.

        The roster has no filter for changes and is read as a whole; landing drops what it has.

        Raises:
            SourceError: a page could not be read; names list and page.
            SourceAuthError: our credentials were refused.
            ConfigError: there is no such stream.
        """
        reader, spec = stream_of(self._readers, stream, self.name), connector_spec().streams[stream]
        found = reader(spec, self.start_of(spec, since), self.client.lost_time())
        parts = ((answer, some, joined(bodies)) for answer, bodies, some in found)
        yield from self.paged(stream, parts, Fresh())

    def _observed(self, answer: Answer) -> datetime:
        self._began = self._began or answer.server_time
        return self._began

    def _flow_pages(
        self, since: datetime | None, lost: LostTime
    ) -> Iterator[tuple[Answer, list[tuple[bytes, rows.Json]]]]:
        """Pages of flows changed since, each with its details."""
        spec = connector_spec().streams["flows"]
        window = {"minModifyTimeMills": 0 if since is None else _ms(since)}

        def ask(cursor: str | None, where: str) -> Answer:
            body = {**window, "size": spec.page_size, **({"cursor": cursor} if cursor else {})}
            params = {"opUserId": self._options.operator_id}
            return self.client.send(
                "POST", spec.path, body, params, where=where, idempotent=True, lost=lost
            )

        pages = self.client.pages(
            ask, "flows", items=lambda data: list(data.get("list") or []),
            following=lambda data: str(data["nextCursor"]) if data.get("hasMore") else None,
        )  # fmt: skip
        for answer, ids in pages:
            self._observed(answer)
            found = (self._flow(spec, str(one), lost) for one in ids)
            yield answer, [detail for detail in found if detail is not None]

    def _flow(
        self, spec: DingTalkStream, flow_id: str, lost: LostTime
    ) -> tuple[bytes, rows.Json] | None:
        """One flow, asked for once in the life of this source; None where it was deleted."""
        if flow_id not in self._flows:
            self._flows[flow_id] = self._detail(spec.detail, flow_id, "flow", lost)
        return self._flows[flow_id]

    def _detail(
        self, path: str, identity: str, noun: str, lost: LostTime
    ) -> tuple[bytes, rows.Json] | None:
        where = f"{self.name} {noun} {identity}"
        try:
            answer = self.client.get(path.format(id=identity), where=where, lost=lost)
        except HttpError as error:
            if error.status == _GONE:
                return None
            raise
        return answer.body, dict(answer.data)

    def _changed_flows(
        self, _spec: DingTalkStream, since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        for answer, details in self._flow_pages(since, lost):
            ended = self._options.ended_statuses
            found = [rows.flow_row(flow, ended) for _, flow in details]
            yield answer, [body for body, _ in details], found

    def _jobs(
        self, spec: DingTalkStream, since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        """The jobs of changed flows: there is no list of jobs."""
        done = set[str]()
        for answer, details in self._flow_pages(since, lost):
            ids = {str(flow["jobId"]) for _, flow in details if flow.get("jobId")} - done
            done |= ids
            jobs = [self._detail(spec.path, one, "job", lost) for one in sorted(ids)]
            found = [job for job in jobs if job is not None]
            yield answer, [body for body, _ in found], [job for _, job in found]

    def _interviews(
        self, spec: DingTalkStream, since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        """The interviews of the candidates of flows that changed lately."""
        back = None if since is None else since - timedelta(days=self._options.reread_days)
        for answer, details in self._flow_pages(back, lost):
            bodies, found = [], list[rows.Json]()
            now_ms = _ms(self._observed(answer))
            for _, flow in details:
                own = []
                for part, items in self._interviews_of(spec, str(flow.get("candidateId")), lost):
                    bodies.append(part.body)
                    own += items
                found += rows.interview_rows(own, flow, now_ms)
            yield answer, bodies, found

    def _interviews_of(
        self, spec: DingTalkStream, candidate: str, lost: LostTime
    ) -> Iterator[tuple[Answer, list[Any]]]:
        def ask(cursor: str | None, where: str) -> Answer:
            body = {
                "candidateId": candidate,
                "size": spec.page_size,
                **({"nextToken": cursor} if cursor else {}),
            }
            params = {"bizCode": self._options.biz_code}
            return self.client.send(
                "POST", spec.path, body, params, where=where, idempotent=True, lost=lost
            )

        yield from self.client.pages(
            ask, "interviews", items=lambda data: list(data.get("list") or []),
            following=lambda data: str(data["nextToken"]) if data.get("hasMore") else None,
        )  # fmt: skip

    def _employees(
        self, spec: DingTalkStream, _since: datetime | None, lost: LostTime
    ) -> Iterator[_Part]:
        """The roster of those at work, then of those who left, some people at a time."""
        candidates = self._candidates(spec, lost)
        at_work = list(self._on_job(spec, lost))
        left = list(self._left(spec, lost))
        for some in chunks(at_work, spec.page_size):
            answer, people = self._roster(spec, some, lost)
            found = [
                rows.roster_row(person, candidates.get(str(person.get("userId"))), None)
                for person in people
            ]
            yield answer, [answer.body], found
        for some in chunks(left, spec.page_size):
            answer, people = self._roster(spec, some, lost)
            told, leaving = self._leaving(spec, some, lost)
            known = {str(person.get("userId")): person for person in people}
            found = [
                rows.roster_row(known.get(one, {"userId": one}), candidates.get(one), leaving[one])
                for one in some
                if one in leaving
            ]
            yield answer, [answer.body, told.body], found

    def _roster(
        self, spec: DingTalkStream, some: Sequence[str], lost: LostTime
    ) -> tuple[Answer, list[rows.Json]]:
        fields = self._options.roster_fields
        body: rows.Json = {
            "userIdList": some,
            "fieldFilterList": spec.fields if fields is None else fields,
            "text2SelectConvert": False,
        }
        if self._options.app_agent_id is not None:
            body["appAgentId"] = self._options.app_agent_id
        answer = self.client.send(
            "POST", spec.path, body, where=f"{self.name} roster", idempotent=True, lost=lost
        )
        return answer, list(answer.data.get("result") or [])

    def _candidates(self, spec: DingTalkStream, lost: LostTime) -> dict[str, str]:
        """userId → candidate who became this employee."""

        def ask(cursor: str | None, where: str) -> Answer:
            body: rows.Json = {"maxResults": spec.page_size}
            if cursor is not None:
                body["nextToken"] = int(cursor)
            params = {"opUserId": self._options.operator_id}
            return self.client.send(
                "POST", spec.candidates, body, params, where=where, idempotent=True, lost=lost
            )

        pages = self.client.pages(
            ask, "candidates", items=lambda data: list(data.get("list") or []),
            following=lambda data: str(data["nextToken"]) if data.get("hasMore") else None,
        )  # fmt: skip
        found = (item for _, items in pages for item in items)
        return {str(one["userId"]): str(one["candidateId"]) for one in found if one.get("userId")}

    def _on_job(self, spec: DingTalkStream, lost: LostTime) -> Iterator[str]:
        def ask(cursor: str | None, where: str) -> Answer:
            body = {"status_list": _ON_JOB, "offset": int(cursor or 0), "size": spec.page_size}
            return self.client.post_old(spec.staff, body, where=where, idempotent=True, lost=lost)

        pages = self.client.pages(
            ask, "staff", items=lambda data: list(data["result"].get("data_list") or []),
            following=lambda data: _text(data["result"].get("next_cursor")),
        )  # fmt: skip
        for _, ids in pages:
            yield from map(str, ids)

    def _left(self, spec: DingTalkStream, lost: LostTime) -> Iterator[str]:
        def ask(cursor: str | None, where: str) -> Answer:
            params = {"maxResults": str(spec.page_size), "nextToken": cursor or "0"}
            return self.client.get(spec.leavers, params, where=where, lost=lost)

        pages = self.client.pages(
            ask, "leavers", items=lambda data: list(data.get("userIdList") or []),
            following=lambda data: _text(data.get("nextToken")) if data.get("hasMore") else None,
        )  # fmt: skip
        for _, ids in pages:
            yield from map(str, ids)

    def _leaving(
        self, spec: DingTalkStream, some: Sequence[str], lost: LostTime
    ) -> tuple[Answer, dict[str, rows.Json]]:
        params = {"userIdList": json.dumps(some)}
        answer = self.client.get(spec.leaving, params, where=f"{self.name} leavers", lost=lost)
        return answer, {str(one["userId"]): one for one in answer.data.get("result") or []}


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
