"""Chinese names as they are written in practice, brought to keys that can be compared.

Full-width and half-width forms, pinyin in either order, tone marks, initials, hyphens and compound
surnames lead to the same keys. Traditional characters meet simplified ones in pinyin.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[a-z]+")

_COMPOUND_NAMES = (
    "欧阳 歐陽 诸葛 諸葛 上官 司马 司馬 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 令狐 慕容 司徒 夏侯 宇文 长孙 長孫 "
    "端木 独孤 獨孤 南宫 南宮 百里 呼延 轩辕 軒轅 拓跋 万俟 闻人 聞人 澹台 澹臺 公冶 宗政 濮阳 濮陽 淳于 单于 "
    "太叔 申屠 仲孙 仲孫 钟离 鍾離 第五 赫连 赫連 东郭 東郭 西门 西門 纳兰 納蘭"
)
#: Surnames of two characters, traditional forms among them.
_COMPOUND = frozenset(_COMPOUND_NAMES.split())
#: Characters that are read differently as a surname.
_SURNAME_READING = {
    "曾": "zeng", "单": "shan", "單": "shan", "解": "xie", "仇": "qiu", "区": "ou", "區": "ou",
    "查": "zha", "朴": "piao", "盖": "ge", "种": "chong", "覃": "qin", "缪": "miao", "繆": "miao",
    "尉迟": "yuchi", "尉遲": "yuchi", "万俟": "moqi", "单于": "chanyu",
}  # fmt: skip
_SURNAME_LIST = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang "
    "xie song tang deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei "
    "su lv ding ren lu yao shen zhong cui tan fan liao shi jin jia xia fu fang zou xiong bai meng qin "
    "qiu hou yin xue yan duan lei long tao hao gu gong shao wan qian dai mo kong xiang chang ouyang "
    "zhuge shangguan sima dongfang huangfu gongsun linghu murong situ xiahou yuwen"
)
#: The common surnames in pinyin: they tell which word of a Latin name is the surname.
_SURNAMES = frozenset(_SURNAME_LIST.split())
_SPELLINGS = {"lyu": "lv", "lue": "lve", "nyu": "nv", "nue": "nve"}


@dataclass(frozen=True)
class NameKeys:
    """A name for comparison; every key is None for a name without letters.

    Attributes:
        written: the characters without blanks, or the Latin words in their order.
        pinyin: surname and given name without tones, in alphabetical order: `wei zhang`.
        abbreviated: the same with the given name's initial: `w zhang`.
        surname: the surname in pinyin.
    """

    written: str | None
    pinyin: str | None
    abbreviated: str | None
    surname: str | None


NOTHING = NameKeys(None, None, None, None)


@lru_cache(maxsize=1 << 16)
def name_keys(name: str | None) -> NameKeys:
    """The keys of a name as somebody wrote it."""
    text = unicodedata.normalize("NFKC", name or "").strip()
    han = "".join(_HAN.findall(text))
    if len(han) > 1:
        surname, given = _parts(han)
        return _keys(han, _reading(surname, is_surname=True), _reading(given))
    words = _latin_words(text)
    if not words:
        return NOTHING
    surname, given = _latin_parts(words, text)
    return _keys(" ".join(words), surname, given)


def _keys(written: str, surname: str, given: str) -> NameKeys:
    return NameKeys(
        written=written,
        pinyin=" ".join(sorted((surname, given))).strip(),
        abbreviated=" ".join(sorted((surname, given[:1]))).strip(),
        surname=surname or None,
    )


def _parts(han: str) -> tuple[str, str]:
    """Surname and given name of a name in characters."""
    length = 2 if len(han) > 2 and han[:2] in _COMPOUND else 1
    return han[:length], han[length:]


@lru_cache(maxsize=1 << 14)
def _reading(characters: str, *, is_surname: bool = False) -> str:
    if is_surname and characters in _SURNAME_READING:
        return _SURNAME_READING[characters]
    # One by one: the reading must not depend on what stands beside it.
    return "".join(lazy_pinyin(c, style=Style.NORMAL, v_to_u=False)[0] for c in characters)


def _latin_words(text: str) -> list[str]:
    plain = text.casefold().replace("ü", "v")
    plain = unicodedata.normalize("NFD", plain).replace("u\u0308", "v")
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return [_SPELLINGS.get(word, word) for word in _LETTERS.findall(plain)]


def _latin_parts(words: list[str], text: str) -> tuple[str, str]:
    """Surname and given name of a Latin name; a single word is cut behind a surname."""
    if len(words) == 1:
        return _cut(words[0])
    first, last = words[0] in _SURNAMES, words[-1] in _SURNAMES
    if "," in text or (first and not last) or (first and len(words[-1]) == 1):
        return words[0], "".join(words[1:])
    spelt = text.split()
    if first and last and spelt[0].isupper() and not spelt[-1].isupper():
        return words[0], "".join(words[1:])
    return words[-1], "".join(words[:-1])


def _cut(word: str) -> tuple[str, str]:
    for length in range(len(word) - 1, 1, -1):
        if word[:length] in _SURNAMES:
            return word[:length], word[length:]
    return word, ""
