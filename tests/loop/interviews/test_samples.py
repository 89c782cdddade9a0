"""Sample interviews through the real recogniser, rubric and report: what goes wrong is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from loop.interviews.folder import Evaluated, as_json, evaluate_folder, told_of
from loop.interviews.sample import make_samples
from talentloop.settings import Settings


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    assert make_samples(folder) == {"zh": 6, "en": 4, "guarded": 3, "unheard": 3}
    return folder


def evaluated(settings: Settings, folder: Path, out: Path) -> Evaluated:
    allowed = settings.model_copy(update={"allow_test_speech_model": True})
    return evaluate_folder(allowed, folder, out, is_simulated=True)


def test_silence_hiss_and_clipping_get_no_score_but_a_reason_and_a_person(
    settings: Settings, samples: Path, tmp_path: Path
) -> None:
    found = evaluated(settings, samples / "unheard", tmp_path).outcome
    told = {a.turn.answer_id: told_of(a) for a in found.answers}
    assert "nothing_heard" in told["1-team"]
    assert "clipped" in told["2-pressure"]
    assert "nothing_heard" in told["3-process"]
    assert found.score.dimensions == ()
    assert found.n_withheld == 3


def test_what_is_off_the_subject_or_speaks_to_the_scorer_scores_low(
    settings: Settings, samples: Path, tmp_path: Path
) -> None:
    done = evaluated(settings, samples / "guarded", tmp_path)
    by_code = {d.dimension_code: d.score_0_1 for d in done.outcome.score.dimensions}
    assert by_code["stress"] < 0.3
    assert by_code["professionalism"] < 0.3
    assert done.report.html.exists()
    told = as_json(done)
    assert all(
        a["result"]["transcript"]["model"]["kind"] == "test-fixture" for a in told["answers"]
    )
    again = evaluated(settings, samples / "guarded", tmp_path)
    assert again.cpu_seconds_per_audio_minute is None  # nothing was evaluated anew
    assert again.outcome == done.outcome
