"""Declarations: what they must say, and what no model may ever be told."""

from __future__ import annotations

import pytest

import ml
from ml.config import Feature, load_rule
from ml.protected import FORBIDDEN_WORDS, is_protected, protected_fields
from talentloop.contracts import ENTITIES
from talentloop.errors import ConfigError
from talentloop.settings import PROJECT_ROOT, Settings
from tests.ml.conftest import MODEL, Declare

#: Features of the published tables; both have the same.
MART_FEATURES = {
    "communication_score_0_1", "logic_score_0_1", "professionalism_score_0_1",
    "teamwork_score_0_1", "stress_score_0_1", "culture_score_0_1", "n_interviews", "n_scorers",
    "score_spread", "years_experience", "education_rank", "is_internal", "source_channel_code",
    "job_family_code", "days_to_decision", "n_reschedules", "n_skills",
}  # fmt: skip


@pytest.fixture
def shipped() -> Settings:
    return Settings(config=PROJECT_ROOT / "config")


def test_both_models_are_declared_on_the_features_of_the_marts(shipped: Settings) -> None:
    rules = {rule.name: rule for rule in ml.list_models(shipped)}
    assert set(rules) == {"performance_6m", "probation_attrition"}
    for rule in rules.values():
        assert rule.table == f"feat_{rule.name}__asof"
        assert {feature.name for feature in rule.features} == MART_FEATURES
    assert rules["performance_6m"].label.favourable == "high"
    assert rules["probation_attrition"].label.favourable == "low"


def test_a_better_interview_score_never_counts_against_a_person(shipped: Settings) -> None:
    good = {"performance_6m": 1, "probation_attrition": -1}
    for rule in ml.list_models(shipped):
        scores = [f for f in rule.features if f.name.endswith("_score_0_1")]
        assert len(scores) == 6
        assert {f.monotone for f in scores} == {good[rule.name]}


def test_no_declared_feature_is_protected(shipped: Settings) -> None:
    names = {feature.name for rule in ml.list_models(shipped) for feature in rule.features}
    protected = {
        name
        for model in ENTITIES.values()
        for name, info in model.model_fields.items()
        if isinstance(info.json_schema_extra, dict)
        and info.json_schema_extra["class"] == "protected"
    }
    assert {"gender", "birth_on", "ethnicity", "marital_status"} <= protected
    assert protected == protected_fields()
    assert not names & protected
    assert not [name for name in names if set(name.split("_")) & FORBIDDEN_WORDS]


@pytest.mark.parametrize(
    "name",
    [*sorted(protected_fields()), "age_band", "candidate_gender", "has_children", "hukou_code"],
)
def test_declaring_a_protected_feature_is_refused(
    name: str, settings: Settings, declare: Declare
) -> None:
    assert is_protected(name)
    title = {"en": "x", "zh": "x"}
    declare(features=[{"name": name, "type": "number", "impute": "median", "title": title}])
    with pytest.raises(ConfigError, match="models never read those"):
        load_rule(settings, MODEL)


@pytest.mark.parametrize("name", ["years_experience", "n_skills", "percentage_done", "stage_code"])
def test_words_are_compared_whole(name: str) -> None:
    assert not is_protected(name)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "other"}, "called 'other'"),
        ({"minimum": {"train_row": 5}}, "minimum.train_row"),
        ({"gate": {"confidence": 1.5}}, "gate.confidence"),
        ({"table": "employees"}, "field table"),
    ],
)
def test_a_declaration_that_does_not_fit_names_its_field(
    changes: dict[str, object], message: str, settings: Settings, declare: Declare
) -> None:
    declare(**changes)
    with pytest.raises(ConfigError, match=message):
        load_rule(settings, MODEL)


def test_features_must_be_declared_once_and_coherently(
    settings: Settings, declare: Declare
) -> None:
    title = {"en": "x", "zh": "x"}
    feature = {"name": "n_skills", "type": "number", "impute": "median", "title": title}
    declare(features=[feature, feature])
    with pytest.raises(ConfigError, match="named twice: n_skills"):
        load_rule(settings, MODEL)
    for wrong in (
        {"type": "category", "impute": "median"},
        {"type": "number", "impute": "unknown"},
    ):
        with pytest.raises(ValueError, match="imputed as unknown"):
            Feature.model_validate(feature | wrong)
    with pytest.raises(ValueError, match="no direction"):
        Feature.model_validate(feature | {"type": "category", "impute": "unknown", "monotone": 1})


def test_the_version_of_a_declaration_follows_its_content(
    settings: Settings, declare: Declare
) -> None:
    before = load_rule(settings, MODEL).config_version
    assert load_rule(settings, MODEL).config_version == before
    declare(learning={"seed": 1})
    assert load_rule(settings, MODEL).config_version != before
