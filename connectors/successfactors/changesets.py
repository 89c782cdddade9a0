"""Writing through `$batch`: rows in change sets, each applied as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.http import ErrorRules
from connectors.successfactors.metadata import EntityType
from connectors.successfactors.multipart import Operation, PartReply, Reply
from connectors.successfactors.odata import entity_uri
from connectors.successfactors.results import RowResult

#: Key of a record, and the properties to set, in the form of the wire.
WireRow = tuple[str, Mapping[str, Any]]


def merges(
    entity_set: str, entity: EntityType, changesets: Sequence[Sequence[WireRow]]
) -> list[list[Operation]]:
    """One MERGE per row, which sets what it names and leaves the rest; numbered through the batch.

    Raises:
        ValueError: a key does not fit the entity set.
    """
    number, parts = 0, []
    for rows in changesets:
        part = []
        for key, fields in rows:
            number += 1
            link = entity_uri(entity_set, entity, key)
            part.append(Operation("POST", link, str(number), dict(fields), tunnel="MERGE"))
        parts.append(part)
    return parts


def merge_results(
    parts: Sequence[Sequence[Operation]],
    keys: Sequence[Sequence[str]],
    replies: Sequence[PartReply],
    rules: ErrorRules,
) -> list[list[RowResult] | RowResult]:
    """What became of each change set: one result per row, or the one refusal of all its rows.

    Raises:
        ValueError: the answers do not fit what was sent, so that nobody can tell.
    """
    found: list[list[RowResult] | RowResult] = []
    for part, names, reply in zip(parts, keys, replies, strict=True):
        if isinstance(reply, Reply):
            if reply.ok:
                raise ValueError("a change set answered as if it were one request")
            found.append(_result("", reply, rules))
            continue
        by_number = {answer.content_id: answer for answer in reply}
        if set(by_number) != {operation.content_id for operation in part} or not all(
            answer.ok for answer in reply
        ):
            raise ValueError("a change set whose answers do not fit its requests")
        found.append(
            [
                _result(name, by_number[operation.content_id], rules)
                for name, operation in zip(names, part, strict=True)
            ]
        )
    return found


def _result(key: str, reply: Reply, rules: ErrorRules) -> RowResult:
    words = "" if reply.ok else rules.message_in(reply.data)
    return RowResult(reply.ok, reply.status, "MERGED" if reply.ok else "", key, words)
