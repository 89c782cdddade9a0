"""One tenant's OData service: token, metadata, pages, single records, writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import orjson
from httpx import QueryParams

from connectors.http import (
    Answer,
    BearerToken,
    HttpAuthError,
    HttpError,
    LostTime,
    RetryClass,
    Token,
    TokenCache,
    token_in,
)
from connectors.options import open_client, open_login
from connectors.successfactors.assertions import assertion_provider
from connectors.successfactors.changesets import WireRow, merge_results, merges
from connectors.successfactors.metadata import EntityType, Metadata, parse_metadata
from connectors.successfactors.multipart import (
    Operation,
    Part,
    PartReply,
    Reply,
    decode_batch,
    encode_batch,
)
from connectors.successfactors.odata import (
    Row,
    entity_uri,
    literal,
    page_of,
    row_decoder,
)
from connectors.successfactors.options import SYSTEM, SuccessFactorsOptions, connector_spec
from connectors.successfactors.results import RowResult, upsert_results
from talentloop.chunks import chunks
from talentloop.closing import Closing
from talentloop.errors import ConfigError
from talentloop.settings import Settings

_GRANT = "urn:ietf:params:oauth:grant-type:saml2-bearer"
_KEYS_PER_READ = 50  # keeps the address of a read-back below two thousand characters


class ODataClient(Closing):
    """Talks to one tenant. Threads may share it; close it after use.

    Args:
        settings: where secrets and shared limits lie.
        name: the configured source; names it in messages and keys its rate limit.
        options: the tenant.
    """

    def __init__(self, settings: Settings, name: str, options: SuccessFactorsOptions) -> None:
        spec = connector_spec()
        self.name = name
        self.options = options
        self._login = open_login(settings, options, spec, system=SYSTEM)
        self._token_url = str(self._login.hosts.check(spec.token_path, name))
        self._assertions = assertion_provider(settings, options, self._token_url)
        whom = f"{name} {self._token_url} {options.company_id} {options.client_id}"
        auth = BearerToken(TokenCache(settings, whom, self._fetch_token))
        self._http = open_client(settings, name, options, spec, system=SYSTEM, auth=auth)
        self._service = spec.service_path.strip("/")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._login.close()

    def _fetch_token(self) -> Token:
        where = f"{self.name} access token"
        form = {
            "grant_type": _GRANT,
            "company_id": self.options.company_id,
            "client_id": self.options.client_id,
            "assertion": self._assertions.assertion(),
        }
        try:
            data = self._login.post_form(self._token_url, form, where=where).data
        except HttpError as error:
            if error.status != 400:
                raise
            raise HttpAuthError(
                "The tenant did not accept our assertion", where=where, remedy=error.remedy
            ).classed(RetryClass.AUTH, status=400) from None
        return token_in(
            data, "access_token", "expires_in", where=where,
            remedy="Check that base_url is the API server of the data centre.",
        )  # fmt: skip

    @cached_property
    def metadata(self) -> Metadata:
        """The tenant's `$metadata`, read once.

        Raises:
            SourceError: it could not be read.
        """
        link = f"{self._service}/{connector_spec().metadata_path}"
        where = f"{self.name} $metadata"
        found: Metadata = self._http.get(link, where=where, parse=parse_metadata, media="xml").data
        return found

    def entity_type(self, entity_set: str) -> EntityType:
        """The type behind an entity set.

        Raises:
            ConfigError: this tenant has no such set.
        """
        found = self.metadata.sets.get(entity_set)
        if found is None:
            raise ConfigError(
                f"The tenant has no entity set {entity_set}",
                where=f"{self.name} $metadata",
                remedy="Grant the technical user access to it, or take the stream out of the "
                "mapping.",
            )
        return found

    def pages(
        self, path: str, params: Mapping[str, str], lost: LostTime | None = None
    ) -> Iterator[tuple[Answer, Sequence[Mapping[str, Any]]]]:
        """Every page of a query, following the server's own links to the end.

        Raises:
            HttpError: a page could not be read; it names the path and the number of the page.
        """
        lost = lost or self._http.lost_time()
        link, query, number = f"{self._service}/{path}", dict(params), 1
        seen = {link}
        while True:
            where = f"{self.name} {path} page {number}"
            answer = self._http.get(link, query or None, where=where, lost=lost, parse=_json_page)
            rows, following = answer.data
            yield answer, rows
            if following is None:
                return
            if following in seen:
                raise HttpError(
                    "The source's link to the next page leads back",
                    where=where,
                    remedy="Try the paging mode `cursor` for this entity set.",
                )
            seen.add(following)
            link, query, number = following, {}, number + 1

    def records(
        self, entity_set: str, keys: Sequence[str], select: Sequence[str]
    ) -> dict[str, Row]:
        """Single records by key, decoded, with the properties asked for; missing ones left out.

        Raises:
            HttpError: they could not be read.
            ConfigError: the entity set does not exist.
        """
        entity = self.entity_type(entity_set)
        key = entity.keys[0]
        edm_type = entity.properties[key].edm_type
        decode = row_decoder(self.metadata, entity)
        queries = [
            {
                "$format": "json",
                "$select": ",".join([key, *select]),
                "$filter": " or ".join(f"{key} eq {literal(edm_type, value)}" for value in some),
            }
            for some in chunks(keys, _KEYS_PER_READ)
        ]
        pages = (
            self._pages_at_once(entity_set, queries)
            if self._in_batches
            else (rows for query in queries for _, rows in self.pages(entity_set, query))
        )
        return {str(row[key]): row for rows in pages for row in map(decode, rows)}

    @property
    def _in_batches(self) -> bool:
        return self.options.write_with == "batch"

    def _pages_at_once(
        self, entity_set: str, queries: Sequence[Mapping[str, str]]
    ) -> Iterator[Sequence[Mapping[str, Any]]]:
        """The answers to queries of one page each, asked for in one batch."""
        parts = [Operation("GET", f"{entity_set}?{QueryParams(dict(q))}") for q in queries]
        where = f"{self.name} {entity_set} in a batch of {len(parts)} queries"
        for reply in self._batch(parts, where, idempotent=True) if parts else ():
            if not isinstance(reply, Reply) or not reply.ok:
                raise self._refused_query(reply, where)
            yield page_of(reply.data)[0]

    def _refused_query(self, reply: PartReply, where: str) -> HttpError:
        remedy = "Run again later; if it stays, write with `upsert` instead of `batch`."
        if isinstance(reply, list):
            return HttpError("A query was answered as a change set", where=where, remedy=remedy)
        rules = connector_spec().errors
        code = rules.code_in(reply.data)
        kind = rules.retry_class(reply.status, code)
        what = f"The source refused a query in a batch (HTTP {reply.status})"
        return HttpError(what, where=where, remedy=remedy).classed(
            kind, status=reply.status, code=code, message=rules.message_in(reply.data)
        )

    def _batch(self, parts: Sequence[Part], where: str, *, idempotent: bool) -> list[PartReply]:
        kind, body = encode_batch(parts)
        answer = self._http.send(
            "POST", f"{self._service}/{connector_spec().writes['batch'].path}", body,
            headers={"Content-Type": kind, "Accept": "multipart/mixed"}, where=where,
            idempotent=idempotent, parse=decode_batch, media="multipart/mixed",
        )  # fmt: skip
        found: list[PartReply] = answer.data
        return found

    def merge(
        self, entity_set: str, changesets: Sequence[Sequence[WireRow]]
    ) -> list[list[RowResult] | RowResult]:
        """Set properties of existing records in one batch; a change set is applied as a whole.

        Returns:
            For each change set its results row by row, or the refusal of all of it.

        Raises:
            HttpError: there is no answer to go by; see `upsert`.
            ConfigError: the entity set does not exist.
        """
        parts = merges(entity_set, self.entity_type(entity_set), changesets)
        where = f"{self.name} batch of {sum(map(len, parts))} {entity_set}"
        replies = self._batch(parts, where, idempotent=False)
        keys = [[key for key, _ in rows] for rows in changesets]
        try:
            return merge_results(parts, keys, replies, connector_spec().errors)
        except ValueError:
            raise _silent("a batch", where) from None

    def upsert(self, entity_set: str, rows: Sequence[WireRow]) -> list[RowResult]:
        """Set properties of existing records, named by key; one result per row, in order.

        Sent once: when the answer is lost the error has `maybe_applied` set, and the caller reads
        back before sending again. Throttling before anything was applied is waited out.

        Raises:
            HttpError: there is no answer to go by.
            ConfigError: the entity set does not exist.
        """
        spec, entity = connector_spec().writes["upsert"], self.entity_type(entity_set)
        where = f"{self.name} upsert of {len(rows)} {entity_set}"
        payload = [
            {"__metadata": {"uri": entity_uri(entity_set, entity, key)}, **fields}
            for key, fields in rows
        ]
        link, params = (
            f"{self._service}/{spec.path}",
            {"$format": "json", "purgeType": spec.purge_type},
        )
        answer = self._http.post_json(link, payload, params=params, where=where, idempotent=False)
        try:
            return upsert_results(answer.data, len(rows))
        except (LookupError, TypeError, ValueError):
            raise _silent("an upsert", where) from None


def _silent(what: str, where: str) -> HttpError:
    return HttpError(
        f"The answer to {what} does not tell what became of each row",
        where=where,
        remedy="Read back what was sent (reconcile) before sending again.",
    ).classed(RetryClass.PERMANENT, status=200, maybe_applied=True)


def _json_page(body: bytes) -> tuple[Sequence[Mapping[str, Any]], str | None]:
    return page_of(orjson.loads(body))
