"""Marking quotes in a text: the text stays as it is, whatever overlaps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interview.evidence import Evidence
from portal.views.marks import Stretch, marked


def place(text: str, start: int, end: int) -> Evidence:
    return Evidence(quote=text[start:end], char_start=start, char_end=end)


def test_quotes_that_overlap_are_cut_at_each_others_ends() -> None:
    text = "abcdefghij"
    found = marked(text, [place(text, 4, 8), place(text, 2, 6), place(text, 2, 6)])
    assert found.stretches == (
        Stretch("ab", False), Stretch("cd", True), Stretch("ef", True, (1,)),
        Stretch("gh", True, (2,)), Stretch("ij", False),
    )  # fmt: skip
    assert found.number(place(text, 4, 8)) == 2


def test_a_quote_of_nearly_the_whole_text_is_not_marked() -> None:
    text = "abcdefghij"
    found = marked(text, [place(text, 0, 10)])
    assert found.stretches == (Stretch(text, False),)
    assert found.number(place(text, 0, 10)) is None


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-2, 45), st.integers(-2, 45))))
def test_the_stretches_joined_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    places = [Evidence(quote="", char_start=a, char_end=b) for a, b in spans]
    found = marked(text, places)
    assert "".join(stretch.text for stretch in found.stretches) == text
    ends = sorted(n for stretch in found.stretches for n in stretch.ends)
    assert ends == sorted(found.numbers.values())
