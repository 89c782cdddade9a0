"""Loading a mapping file: every name in it is checked before the first row is read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from connectors.mapping.compiler import Place, compile_record
from connectors.mapping.language import MappingFile, RecordRule
from connectors.mapping.placeholders import PlaceholderError, filled
from connectors.mapping.plans import RecordPlan, StreamMapping
from talentloop.config import load_model
from talentloop.contracts import ENTITIES
from talentloop.errors import ConfigError
from talentloop.ids import secret_key
from talentloop.settings import Settings


@dataclass(frozen=True)
class Mapping:
    """A loaded mapping file."""

    path: Path
    streams: dict[str, StreamMapping]

    def stream(self, name: str) -> StreamMapping:
        """The mapping of one stream.

        Raises:
            ConfigError: the file does not mention it.
        """
        if name not in self.streams:
            raise ConfigError(
                f"The mapping has no stream {name!r}",
                where=f"{self.path}, field streams",
                remedy=f"Add it; the file knows {', '.join(sorted(self.streams))}.",
            )
        return self.streams[name]


def load_mapping(path: Path, settings: Settings | None = None) -> Mapping:
    """Read and compile a mapping file.

    Args:
        settings: needed by the transform `hash` only, whose key belongs to the installation.

    Raises:
        ConfigError: the file is not YAML, says something the language does not know, or names an
            entity, field, transform or value that does not exist; names the file and the field.
    """
    file = load_model(path, MappingFile)
    key = None if settings is None else (lambda: secret_key(settings, "hash.key"))
    streams = {}
    for name, rule in file.streams.items():
        records: list[RecordPlan] = []
        for number, record in enumerate(rule.records):
            place = Place(path, f"streams.{name}.records.{number}", file.value_maps, key)
            records.extend(_compiled(record, place))
        streams[name] = StreamMapping(name, tuple(records))
    return Mapping(path, streams)


def _compiled(rule: RecordRule, place: Place) -> Iterable[RecordPlan]:
    if rule.entity not in ENTITIES:
        close = difflib.get_close_matches(rule.entity, ENTITIES, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise place.at("entity").error(f"there is no entity {rule.entity!r}{hint}")
    for variant in _variants(rule, place):
        yield compile_record(variant, ENTITIES[rule.entity], place)


def _variants(rule: RecordRule, place: Place) -> list[RecordRule]:
    """One rule for each entry of `for_each`, its placeholders filled."""
    if not rule.for_each:
        return [rule]
    template = rule.model_dump(by_alias=True, exclude_unset=True, exclude={"for_each"})
    found = []
    for number, words in enumerate(rule.for_each):
        try:
            found.append(RecordRule.model_validate(filled(template, words)))
        except PlaceholderError as error:
            raise place.at(f"for_each.{number}").error(str(error)) from None
        except ValidationError as error:
            first = error.errors()[0]
            where = place.at(f"for_each.{number}", *(str(part) for part in first["loc"]))
            raise where.error(first["msg"]) from None
    return found
