"""Banned topics: found in four languages, and not found where the words mean something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview.questions.bank import load_bank
from interview.questions.banned import load_banned_topics
from interview.questions.handwritten import load_questions
from interview.session import LANGUAGES
from talentloop.errors import ConfigError
from talentloop.settings import PROJECT_ROOT, Settings

SHIPPED = Settings(config=PROJECT_ROOT / "config", home=Path("unused"))


def topics(text: str) -> set[str]:
    return {hit.topic_code for hit in load_banned_topics(SHIPPED).find(text)}


BANNED = {
    "marriage": [
        "请问您结婚了吗？", "有没有男朋友？", "您的婚姻状况是？", "您成家了吗？", "What is your maiden name?", "您 结 婚 了 吗", "您结\u200b婚了吗", "已婚优先",
        "Are you currently married?", "What is your marital status?", "Does YOUR HUSBAND travel?",
        "Do you plan to get married soon?", "ご結婚されていますか。", "彼氏はいますか。既婚ですか。",
        "Êtes-vous marié ?", "Quelle est votre situation familiale ?", "êtes-vous déjà mariée ?",
    ],
    "pregnancy": [
        "近期有生育计划吗？", "打算什么时候要孩子？", "休过产假吗", "你有几个孩子？", "是否备孕", "家里有老人小孩要照顾吗？", "Do you have a family?",
        "Do you have any children?", "Are you pregnant?", "Do you want to start a family?",
        "妊娠していますか。", "お子さんはいますか。", "Avez-vous des enfants ?", "Êtes-vous enceinte ?",
    ],
    "age": [
        "您今年多大了？多大年纪", "您的年龄是？", "你属什么的", "您多大？", "你是90后吗", "When did you graduate from high school?", "仅限35岁以下", "请问您的出生日期",
        "How old are you?", "What is your date of birth?", "Aren't you too young for this?",
        "おいくつですか。", "年齢を教えてください。", "Quel âge avez-vous ?", "Quel est votre âge ?",
    ],
    "religion": [
        "您有宗教信仰吗？", "您信佛吗", "Are you religious?", "Do you go to church?",
        "What is your religion?", "宗教は何ですか。", "Quelle est votre religion ?",
        "Êtes-vous croyant ?",
    ],
    "health": [
        "您的身体状况如何？", "有没有慢性病？", "您抽烟吗？", "Have you ever had cancer?", "是否有残疾", "Do you have a disability?",
        "How is your health?", "How many sick days did you take?", "持病はありますか。",
        "Quel est votre état de santé ?", "Êtes-vous souvent malade ?",
    ],
    "native_place": [
        "您的籍贯是哪里？", "您是哪里人？", "你的户口在哪儿", "老家在哪", "您是什么民族", "Which country were you born in?", "您是汉族吗",
        "Where are you from?", "Where were you born?", "What is your nationality?",
        "ご出身はどちらですか。", "国籍を教えてください。", "D’où venez-vous ?", "Quelle est votre nationalité ?",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "text"), [(topic, text) for topic, texts in BANNED.items() for text in texts]
)
def test_a_question_on_a_banned_topic_is_found(topic: str, text: str) -> None:
    assert topic in topics(text)


@pytest.mark.parametrize(
    "text",
    [
        "How have you married the two data sets?", "Tell us how you married both schedules.",
        "How would you use single sign-on?", "请介绍您的生产计划经验", "您如何组织生产与育种试验？",
        "投产假设如何验证？", "量产假如推迟两周怎么办", "您怎样分析用户年龄段的差异？",
        "应收账款的账龄如何分析？", "集群健康状况如何监控？", "How do you write a health check?",
        "How do you avoid a race condition?", "How does a parent talk to its child process?",
        "Where do the children nodes of the tree go?", "您怎样理解民族品牌的出海？",
        "What did you do in good faith?", "You log errors religiously: why?",
        "孕育新业务时您看什么指标？", "如何设计生日营销活动？", "生育保险如何办理？",
        "子供向けの商品をどう企画しますか。", "ご出身校での研究を説明してください。",
        "彼女は上司でした。どう説得しましたか。", "顧客の年齢層をどう分析しますか。",
        "Comment réglez-vous une enceinte acoustique ?", "Avez-vous agi de bonne foi ?",
        "How old is the code base, and which packages are too old?", "婚庆行业的客户怎么谈？",
        "Describe the stage of the project at which you joined.", "What manages your agenda?",
        "家用电器市场如何拓展？", "Wie alt? Usage, message, package, engagement.",
        "How do you engage your team?", "对象存储和面向对象有什么区别？", "您多大程度上参与了决策？", "你多大规模的数据需要分区？",
        "You graduated: what was your thesis about?", "Which partners does your team work with?",
        "Is your partner company involved in testing the smoke alarm?",
    ],
)  # fmt: skip
def test_words_that_only_look_like_a_topic_are_let_through(text: str) -> None:
    assert topics(text) == set()


def test_the_words_are_quoted_as_they_stand() -> None:
    (hit,) = load_banned_topics(SHIPPED).find("请问您 ＡＲＥ　ＹＯＵ now married?")
    assert (hit.topic_code, hit.words, hit.topic.zh) == (
        "marriage", "ＡＲＥ　ＹＯＵ now married", "婚姻与恋爱"
    )  # fmt: skip


def test_every_topic_has_phrases_in_every_language() -> None:
    from interview.questions.banned import BannedFile
    from talentloop.config import load_model

    file = load_model(SHIPPED.config / "banned_topics.yml", BannedFile)
    assert set(file.topics) == set(BANNED)
    for topic in file.topics.values():
        assert set(topic.phrases) == set(LANGUAGES)
        assert all(len(phrases) >= 3 for phrases in topic.phrases.values())


def test_the_shipped_bank_touches_no_topic() -> None:
    assert len(load_bank(SHIPPED)) > 40


HAND_WRITTEN = """
questions:
  - question_code: own_1
    kind: behavioural
    text: {{zh: 请讲一次您主动承担责任的经历。, en: "{english}"}}
    dimension_codes: [{dimension}]
"""


def written(folder: Path, english: str, dimension: str = "culture") -> Path:
    path = folder / "own.yml"
    path.write_text(HAND_WRITTEN.format(english=english, dimension=dimension), encoding="utf-8")
    return path


def test_a_hand_written_question_is_screened_by_file_question_topic_and_words(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "Tell us about it. By the way, are you married?")
    with pytest.raises(ConfigError) as caught:
        load_questions(SHIPPED, path)
    said = str(caught.value)
    for part in (str(path), "question own_1", "text.en", "Marriage", "婚姻", "are you married"):
        assert part in said
    assert caught.value.remedy


def test_a_proper_hand_written_question_gets_its_rubric(tmp_path: Path) -> None:
    (question,) = load_questions(SHIPPED, written(tmp_path, "Tell us of a time you took charge."))
    assert (question.rubric_id or "").startswith("rubric-")
    with pytest.raises(ConfigError, match="no rubric for the dimension 'charm'"):
        load_questions(SHIPPED, written(tmp_path, "Tell us of a time.", "charm"))
