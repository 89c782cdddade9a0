"""Each transform on values worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from connectors.mapping.reference import PAGE, refreshed
from connectors.mapping.transforms import TransformError, bind, known
from talentloop.ids import keyed_hash, secret_key
from talentloop.settings import Settings

D = date(2023, 1, 5)
CASES: dict[str, list[tuple[object, object]]] = {
    "strip": [(" 42　", "42"), ("   ", None)],
    'strip("#")': [("#42#", "42")],
    'null_if("N/A")': [("N/A", None), ("n/a", "n/a")],
    "lower": [("Sales", "sales")],
    "upper": [("cny", "CNY")],
    "zero_pad(6)": [("42", "000042"), ("1234567", "1234567")],
    "strip_leading": [("000042", "42"), ("0", "0"), ("000", "0"), ("abc", "abc")],
    "strip_leading(4)": [("000042", "0042"), ("42", "42")],
    'split(",")': [("SQL, Python,,", ["SQL", "Python"])],
    "int": [("1,234", 1234), ("-7", -7), ("1.0", 1), ("1.5", None), ("0x10", None), ("1,23", None)],
    "float": [("1,234.5", 1234.5), ("1e3", 1000.0), ("nan", None), ("inf", None), ("1,5", None)],
    "percent": [("90 %", 90.0), ("85.5％", 85.5), ("7", 7.0), ("%", None)],
    "bool": [("Yes", True), ("是", True), ("0", False), ("maybe", None)],
    "scale(1, 5)": [(4.0, 0.75), (1.0, 0.0), (5.0, 1.0), (5.1, None)],
    "date": [
        ("2023-01-05", D), ("2023-01-05T00:00:00", D), ("/Date(1672876800000)/", D),
        ("2023-01-05T08:00:00", None), ("2023-02-30", None), ("20230105", None),
    ],
    "date(dd.MM.yyyy)": [("05.01.2023", D), ("2023-01-05", None), ("30.02.2023", None)],
    "date(%d %b %y)": [("05 Jan 23", D)],
    "date_any": [
        ("2023-01-05", D), ("2023/1/5", D), ("2023年1月5日", D), ("20230105", D),
        ("5 January 2023", D), ("Jan 5, 2023", D), ("2023-01-05 00:00:00", D), ("44931", D),
        ("44931.0", D), ("13/01/2023", date(2023, 1, 13)), ("01/13/2023", date(2023, 1, 13)),
        ("05.05.2023", date(2023, 5, 5)),
        ("05.01.2023", None),  # two readings, none declared
        ("5-Jan-23", None),  # two-digit year, no pivot declared
        ("12345", None),  # an Excel day in 1933 is more likely something else
        ("2023-02-30", None), ("soon", None),
    ],
    "date_any(dmy, 50)": [
        ("05.01.2023", D), ("5/1/23", D), ("5-Jan-23", D), ("5/1/50", date(1950, 1, 5)),
        ("5/1/49", date(2049, 1, 5)), ("01/13/2023", None),
    ],
    "date_any(mdy)": [("01.05.2023", D)],
    "datetime_utc": [
        ("2026-01-31T08:00:00+08:00", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T00:00:00.1234567Z", datetime(2026, 1, 31, 0, 0, 0, 123456, tzinfo=UTC)),
        ("/Date(1618796144000+0000)/", datetime(2021, 4, 19, 1, 35, 44, tzinfo=UTC)),
        ("2026-01-31T08:00:00", None), ("2026-02-30T00:00:00Z", None),
    ],
    "datetime(yyyy-MM-dd HH:mm:ss, Asia/Shanghai)": [
        ("2026-01-31 08:00:00", datetime(2026, 1, 31, tzinfo=UTC)), ("2026-02-30 08:00:00", None),
    ],
    # Clocks in Berlin went back at 03:00 on 25 October 2026, and on at 02:00 on 29 March.
    "datetime(dd.MM.yyyy HH:mm, Europe/Berlin)": [
        ("25.10.2026 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("29.03.2026 02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
    "epoch(ms)": [(1767225600000, datetime(2026, 1, 1, tzinfo=UTC)), (10**17, None)],
    "epoch(s)": [(1767225600, datetime(2026, 1, 1, tzinfo=UTC))],
    "epoch_date(ms, Asia/Shanghai)": [(1767196800000, date(2026, 1, 1)), (10**17, None)],
    "local_date(Asia/Shanghai)": [("2026-01-31T18:00:00Z", date(2026, 2, 1)), ("2026-01-31", None)],
    "phone_e164": [
        ("138-0013-8000", "+8613800138000"), ("0086 138 0013 8000", "+8613800138000"),
        ("+1 (650) 253-0000", "+16502530000"), ("010-62345678", "+861062345678"), ("12", None),
    ],
    "phone_e164(DE)": [("030 1234567", "+49301234567")],
    "email": [("A.Li@X.com", "a.li@x.com"), ("a@b", None), ("a b@x.com", None)],
}  # fmt: skip


@pytest.mark.parametrize("call", CASES)
def test_a_transform_reads_what_it_says_and_nothing_else(call: str) -> None:
    given, expected = zip(*CASES[call], strict=True)
    result = bind(call).run(pa.array([*given, None]))
    assert result.to_pylist() == [*expected, None]


def test_the_hash_is_the_one_of_the_ground_floor(settings: Settings) -> None:
    bound = bind("hash", lambda: secret_key(settings, "hash.key"))
    result = bound.run(pa.array(["110101199003070011", None]))
    assert result.to_pylist() == [keyed_hash(settings, "110101199003070011"), None]


def test_every_transform_has_a_case_here() -> None:
    assert {entry.name for entry in known()} - {"hash"} == {call.split("(")[0] for call in CASES}


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ("strp", "did you mean 'strip'"),
        ("zero_pad", "was given 0"),
        ("zero_pad(six)", "invalid literal"),
        ("zero_pad(6, 7)", "was given 2"),
        ("scale(5, 1)", "empty"),
        ("date(yyyy)", "does not say where"),
        ("datetime(yyyy-MM-dd, Asia/Peking)", "not a time zone"),
        ("date_any(ydm)", "dmy or mdy"),
        ("phone_e164(XX)", "not a region"),
        ("hash", "needs this installation's key"),
        ("__import__('os')", "is not a transform"),
    ],
)
def test_a_wrong_call_is_refused_with_its_reason(call: str, complaint: str) -> None:
    with pytest.raises(TransformError, match=complaint.replace("(", r"\(")):
        bind(call)


def test_the_documentation_lists_the_transforms_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == refreshed(text), "run `python -m connectors.mapping.reference`"
    assert all(f"`{entry.signature}`" in text for entry in known())
