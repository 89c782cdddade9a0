"""Names and contacts: what is one, and what is not."""

from __future__ import annotations

import pytest

from ml.identity.contacts import email_address, local_part, phone_number
from ml.identity.names import NOTHING, name_keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张伟", "张　伟"),
        ("张伟", "Zhang Wei"),
        ("张伟", "Wei ZHANG"),
        ("张伟", "Zhāng Wěi"),
        ("张伟", "ＺＨＡＮＧ，　Ｗｅｉ"),
        ("张伟", "張偉"),
        ("王小明", "Xiao-Ming Wang"),
        ("王小明", "wangxiaoming"),
        ("欧阳小明", "Xiaoming Ouyang"),
        ("歐陽小明", "欧阳小明"),
        ("吕婷", "LYU Ting"),
        ("吕婷", "Lü Ting"),
        ("曾可", "Zeng Ke"),
    ],
)
def test_one_name_in_two_spellings_has_one_pinyin(one: str, other: str) -> None:
    assert name_keys(one).pinyin == name_keys(other).pinyin


def test_different_names_stay_different() -> None:
    names = ("张伟", "张薇薇", "章小伟", "欧小明", "欧阳明")
    assert len({name_keys(name).pinyin for name in names}) == len(names)


def test_a_name_by_its_initial_meets_the_full_name() -> None:
    assert name_keys("Zhang W.").pinyin == name_keys("张伟").abbreviated == "w zhang"


def test_what_holds_no_name_gives_no_key() -> None:
    assert name_keys(None) == name_keys(" ") == name_keys("—") == NOTHING


def test_phones_meet_in_e164_and_fillers_name_nobody() -> None:
    spelt = ("138-0013-8000", "+86 138 0013 8000", "００８６１３８００１３８０００")
    assert {phone_number(text) for text in spelt} == {"+8613800138000"}
    assert [phone_number(text) for text in ("+8600000000000", "12", None)] == [None, None, None]


def test_the_local_part_leaves_tags_and_team_boxes_out() -> None:
    assert email_address(" Ｌi.Na@Example.com ") == "li.na@example.com"
    assert local_part("li.na+jobs@example.com") == "li.na"
    assert local_part("zhaopin@example.com") is None
    assert local_part(None) is None
