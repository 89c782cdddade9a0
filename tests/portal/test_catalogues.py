"""The catalogues: nothing missing, nothing left over, placeholders alike in both languages."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portal.i18n import LOCALE_DIR, Translator, catalogue
from portal.render import HERE

ZH, EN = catalogue("zh"), catalogue("en")
SOURCES = [*HERE.rglob("*.html"), *HERE.rglob("*.py")]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
#: Ids that are put together where they are used.
MADE_UP = (
    "month.name.",
    "month.short.",
    "trend.line.",
    "definition.",
    "compare.",
    "quality.head_",
    "interview.counting.",
    "interview.scorer.",
    "waiting.pile.",
    "weekday.",
)


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_catalogues_have_the_same_messages() -> None:
    assert len(ZH) > 300
    assert ZH.keys() == EN.keys()


@pytest.mark.parametrize("messages", [ZH, EN], ids=["zh", "en"])
def test_no_message_lacks_its_text(messages: dict[str, tuple[str, ...]]) -> None:
    assert [key for key, forms in messages.items() if not all(form.strip() for form in forms)] == []


def test_placeholders_are_alike() -> None:
    for key, forms in ZH.items():
        wanted = _fields(forms[0])
        for form in EN[key]:
            missing = wanted ^ _fields(form)
            assert missing <= {"n"}, f"{key}: {missing}"  # "the last load" needs no number


def test_every_message_that_the_pages_ask_for_exists() -> None:
    asked = re.findall(
        r"(?:\b_[nm]?|\.t|\.counted|\.text|\.markup)\(\s*['\"]([a-z]+\.[a-z_0-9.]+)['\"]", TEXT
    )
    assert len(set(asked)) > 200
    literal = {key for key in asked if not key.endswith(".")}
    assert sorted(literal - ZH.keys()) == []


def test_no_message_is_left_over() -> None:
    unused = [k for k in ZH if k not in TEXT and not k.startswith(MADE_UP)]
    assert unused == []


def test_files_are_sorted_into_both_folders_alike() -> None:
    def names(lang: str) -> list[str]:
        return sorted(path.name for path in (LOCALE_DIR / lang / "LC_MESSAGES").glob("*.po"))

    assert names("zh") == names("en")


def test_no_id_is_written_twice() -> None:
    seen: list[str] = []
    for path in sorted((LOCALE_DIR / "zh" / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            seen += [m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file) if m.id]
        ids = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(ids) == len(set(ids)), path.name
    assert len(seen) == len(set(seen))


def test_english_has_two_forms_and_chinese_one() -> None:
    english, chinese = Translator("en"), Translator("zh")
    assert english.counted("frame.incidents", 1) == "Data quality: 1 open incident"
    assert english.counted("frame.incidents", 1200) == "Data quality: 1,200 open incidents"
    assert chinese.counted("frame.incidents", 1) == "数据质量：1\u00a0项未解决"


def test_markup_escapes_what_is_filled_in() -> None:
    text = Translator("en").markup("funnel.selected", n="<i>9</i>")
    assert text == "<b>&lt;i&gt;9&lt;/i&gt;</b> applications"


def test_chinese_texts_use_chinese_punctuation_and_no_courtesy() -> None:
    for key, forms in ZH.items():
        for form in forms:
            assert not re.search(r"[\u4e00-\u9fff][,;:!?](?!\d)", form), f"{key}: {form}"
            assert not re.search(r"！|您|进行|赋能", form), f"{key}: {form}"


def test_texts_name_no_machine_path() -> None:
    for path in Path(LOCALE_DIR).rglob("*.po"):
        assert not re.search(r"/(tmp|root|home|work)\b", path.read_text(encoding="utf-8"))
