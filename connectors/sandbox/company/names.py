"""Chinese names with their Latin spelling, for people who do not exist."""

from __future__ import annotations

import pyarrow as pa

from connectors.sandbox.company.columns import join_text, pick
from connectors.sandbox.company.kinds import Ints

_SURNAMES = (
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma 朱zhu 胡hu "
    "郭guo 何he 林lin 高gao 罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu 邓deng 韩han 冯feng 曹cao "
    "彭peng 曾zeng 肖xiao 田tian 董dong 潘pan 袁yuan 蔡cai 蒋jiang 余yu 于yu 杜du 叶ye 程cheng 魏wei "
    "苏su 吕lv 丁ding 任ren 卢lu 姚yao 沈shen 钟zhong 姜jiang 崔cui 谭tan 陆lu 范fan 汪wang 廖liao "
    "石shi 金jin 韦wei 贾jia 夏xia 付fu 方fang 邹zou 熊xiong 白bai 孟meng 秦qin 邱qiu 侯hou 江jiang "
    "尹yin 薛xue 闫yan 段duan 雷lei 龙long 黎li 史shi 陶tao 贺he 毛mao 郝hao 顾gu 龚gong 邵shao "
    "欧阳ouyang 诸葛zhuge 上官shangguan"
)
_FEMALE = (
    "芳fang 娜na 敏min 静jing 丽li 艳yan 娟juan 霞xia 婷ting 雪xue 琳lin 慧hui 莹ying 倩qian 颖ying "
    "洁jie 梅mei 萍ping 燕yan 玲ling 欣xin 悦yue 佳jia 怡yi 瑶yao 璐lu 蕾lei 薇wei 诗shi 梦meng"
)
_MALE = (
    "伟wei 强qiang 磊lei 军jun 洋yang 勇yong 杰jie 涛tao 超chao 明ming 刚gang 平ping 辉hui 鹏peng "
    "斌bin 波bo 宇yu 浩hao 凯kai 健jian 俊jun 帆fan 翔xiang 博bo 晨chen 峰feng 龙long 昊hao 航hang 毅yi"
)
_EITHER = (
    "文wen 子zi 雨yu 思si 嘉jia 晓xiao 一yi 天tian 志zhi 海hai 春chun 秋qiu 远yuan 山shan 清qing "
    "云yun 知zhi 若ruo 书shu 亦yi 安an 宁ning 乐le 可ke 言yan 初chu 向xiang 景jing 和he 然ran"
)


def _split(words: str) -> tuple[list[str], list[str]]:
    latin = [word.lstrip("".join(c for c in word if not c.isascii())) for word in words.split()]
    chinese = [word[: -len(part)] for word, part in zip(words.split(), latin, strict=True)]
    return chinese, latin


_SURNAME, _SURNAME_LATIN = _split(_SURNAMES)
_GIVEN, _GIVEN_LATIN = _split(f"{_FEMALE} {_MALE} {_EITHER}")

SURNAMES = len(_SURNAME)
#: Position of the first male and the first neutral character among the given names' characters.
FIRST_MALE = len(_FEMALE.split())
FIRST_EITHER = FIRST_MALE + len(_MALE.split())
GIVEN = len(_GIVEN)


def full_names(surname: Ints, first: Ints, second: Ints) -> pa.Array:
    """Names as written in Chinese; `second` is negative for given names of one character."""
    tail = pick([*_GIVEN, ""], _blank(second))
    return join_text(pick(_SURNAME, surname), pick(_GIVEN, first), tail)


def latin_names(surname: Ints, first: Ints, second: Ints) -> pa.Array:
    """The same names in Latin letters, given name first, as used in e-mail addresses."""
    tail = pick([*_GIVEN_LATIN, ""], _blank(second))
    return join_text(pick(_GIVEN_LATIN, first), tail, ".", pick(_SURNAME_LATIN, surname))


def surname_length(full_name: str) -> int:
    """How many characters of one of these names are the surname."""
    return 2 if full_name[:2] in _SURNAME else 1


def latin_of(full_name: str) -> tuple[str, str]:
    """Surname and given name of one of these names in Latin letters."""
    length = surname_length(full_name)
    given = dict(zip(_GIVEN, _GIVEN_LATIN, strict=True))
    surname = dict(zip(_SURNAME, _SURNAME_LATIN, strict=True))[full_name[:length]]
    return surname, "".join(given[character] for character in full_name[length:])


def sounds_like(character: str) -> list[str]:
    """Other characters of given names with the same Latin spelling."""
    latin = dict(zip(_GIVEN, _GIVEN_LATIN, strict=True))
    return [c for c in latin if latin[c] == latin.get(character) and c != character]


def _blank(second: Ints) -> Ints:
    return (second * (second >= 0) + GIVEN * (second < 0)).astype(second.dtype)
