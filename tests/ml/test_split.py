"""The split in time: no label of the future, no person on both sides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.config import Minimum, SplitRule
from ml.split import shortages, split_in_time
from tests.ml.synthetic import feature_rows

RULE = SplitRule(test_share=0.2, validation_share=0.25, gap_days=0)


def day(number: float) -> pd.Timestamp:
    return pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(days=number)


def frame(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    people, decided, known = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "person_key": people,
            "decision_at": [day(d) for d in decided],
            "label_available_at": [day(k) for k in known],
        }
    )


def test_ten_rows_worked_by_hand() -> None:
    # Test: the newest two decisions (days 80, 90). Known before day 80: rows 0-4 and 7; row 5 is
    # known on day 80 itself, row 6 later. Row 4 is the person of test row 9.
    rows = frame([
        ("a", 0, 30), ("b", 10, 40), ("c", 20, 50), ("d", 30, 60), ("z", 40, 70), ("e", 50, 80),
        ("f", 60, 95), ("g", 70, 75), ("h", 80, 110), ("z", 90, 120),
    ])  # fmt: skip
    split = split_in_time(rows, RULE)
    assert split.test_from == day(80)
    assert split.test.tolist() == [8, 9]
    assert split.fit.tolist() == [0, 1, 2, 3, 7]
    assert (split.train.tolist(), split.validation.tolist()) == ([0, 1, 2], [3, 7])
    assert (split.n_late_labels, split.n_shared_people) == (2, 1)


def test_a_gap_leaves_out_labels_known_shortly_before_the_test() -> None:
    rows = frame([(str(k), k, k + 1) for k in range(10)])
    wide = split_in_time(rows, SplitRule(test_share=0.2, validation_share=0.25, gap_days=3))
    assert wide.test_from == day(8)
    assert wide.fit.tolist() == [0, 1, 2, 3]  # known before day 5
    assert wide.n_late_labels == 4


def test_decisions_of_the_same_instant_stay_together() -> None:
    rows = frame([(str(k), min(k, 6), k) for k in range(10)])
    assert split_in_time(rows, RULE).test.tolist() == [6, 7, 8, 9]


@pytest.mark.parametrize("seed", range(4))
def test_no_split_leaks_the_future_or_a_person(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = feature_rows(400, seed=seed, n_open=0)
    rows = rows[rows["is_mature"]].sample(frac=1, random_state=seed).reset_index(drop=True)
    rows["person_key"] = [f"p{k}" for k in rng.integers(0, 250, len(rows))]
    split = split_in_time(rows, RULE)
    people = rows["person_key"]
    first_test = rows["decision_at"].iloc[split.test].min()
    assert (rows["label_available_at"].iloc[split.fit] < first_test).all()
    assert (rows["decision_at"].iloc[split.fit] < first_test).all()
    assert not set(people.iloc[split.fit]) & set(people.iloc[split.test])
    assert not set(people.iloc[split.train]) & set(people.iloc[split.validation])
    assert set(split.train) | set(split.validation) <= set(split.fit)
    used = len(split.fit) + len(split.test) + split.n_late_labels + split.n_shared_people
    assert used == len(rows)
    older, newer = rows["decision_at"].iloc[split.train], rows["decision_at"].iloc[split.validation]
    assert older.max() <= newer.min()


def test_what_is_missing_is_said_in_words() -> None:
    rows = frame([(str(k), k, k) for k in range(10)])
    split = split_in_time(rows, RULE)
    y = pd.Series([1.0] + [0.0] * 9)
    least = Minimum(train_rows=10, test_rows=4, train_cases=2, test_cases=1)
    assert shortages(y, split, least) == [
        "8 of 10 training rows",
        "2 of 4 test rows",
        "1 of 2 training rows of the rarer outcome",
        "0 of 1 test rows of the rarer outcome",
    ]
