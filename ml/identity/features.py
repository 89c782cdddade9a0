"""What of a record is compared: keys in memory only, never written anywhere."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ml.identity.contacts import email_address, local_part, phone_number
from ml.identity.names import name_keys
from ml.identity.rule import IdentityRule

#: What the restricted relation tells of a record.
RECORD_COLUMNS = (
    "record_id", "exact_component_id", "full_name", "email", "phone", "national_id_hash",
    "birth_on", "education_level_code", "major",
)  # fmt: skip

#: Keys that two records must share to be compared at all; each bounds the pairs in its own way.
BLOCKS: dict[str, tuple[str, ...]] = {
    "block_phone": ("phone",),
    "block_email": ("email",),
    "block_national_id": ("national_id",),
    "block_local_part": ("local_part",),
    "block_name_birth": ("pinyin", "birth"),
    "block_surname_birth": ("surname", "birth"),
    "block_name_year": ("pinyin", "left(birth, 4)"),
    "block_name_study": ("pinyin", "major", "degree"),
}


def load_features(db: duckdb.DuckDBPyConnection, records: pa.Table, rule: IdentityRule) -> None:
    """Make the table `feature` from records with RECORD_COLUMNS, in the order of their ids."""
    records = records.select(RECORD_COLUMNS).sort_by("record_id")
    db.register("stated", _keys(records))
    most = rule.identifier_max_records
    shared = ", ".join(
        f"case when count(*) over (partition by {name}) <= {most} then {name} end as {name}"
        for name in ("phone", "email")
    )
    db.execute(f"create table known as select * replace ({shared}) from stated order by record_id")
    db.unregister("stated")
    blocks = ", ".join(_block(name, parts, rule) for name, parts in BLOCKS.items())
    db.execute(f"create table feature as select *, {blocks} from known order by record_id")
    db.execute("drop table known")


def _block(name: str, parts: tuple[str, ...], rule: IdentityRule) -> str:
    """A block as a number; null where a part is missing or too many records share it."""
    key = f"hash({' || chr(31) || '.join(parts)})"
    known = " and ".join(f"{part} is not null" for part in parts)
    size = f"count(*) over (partition by {', '.join(parts)})"
    return (
        f"case when {known} and {size} between 2 and {rule.block_max_records} then {key} end "
        f"as {name}"
    )


def _keys(records: pa.Table) -> pa.Table:
    names = _each(records["full_name"], name_keys)
    emails = _each(records["email"], email_address)
    columns = {
        "record_id": records["record_id"].combine_chunks(),
        "component_id": records["exact_component_id"].combine_chunks(),
        "written": _texts([name.written for name in names]),
        "pinyin": _texts([name.pinyin for name in names]),
        "abbreviated": _texts([name.abbreviated for name in names]),
        "surname": _texts([name.surname for name in names]),
        "birth": pc.strftime(records["birth_on"].combine_chunks(), "%Y%m%d"),
        "phone": _texts(_each(records["phone"], phone_number)),
        "email": _texts(emails),
        "local_part": _texts([local_part(email) for email in emails]),
        "national_id": _texts(_each(records["national_id_hash"], _blank_to_none)),
        "degree": records["education_level_code"].combine_chunks(),
        "major": _texts(_each(records["major"], _blank_to_none)),
    }
    return pa.table(columns)


def _each(column: pa.ChunkedArray, key):  # type: ignore[no-untyped-def]
    """`key` of every value, worked out once for each distinct one."""
    coded = column.combine_chunks().dictionary_encode()
    known = [key(value) for value in coded.dictionary.to_pylist()] + [key(None)]
    last = len(known) - 1
    return [known[last if i is None else i] for i in coded.indices.to_pylist()]


def _texts(values: list[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def _blank_to_none(text: str | None) -> str | None:
    return (text or "").strip() or None
