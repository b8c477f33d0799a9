"""Many texts looked for at once: found is what a pattern of all of them would find."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.privacy.needles import SHORTEST, Needles
from conformance.privacy.redaction import Redactor

# Few letters, so that texts begin alike, lie inside one another and overlap.
FEW = st.text("ab", min_size=SHORTEST, max_size=24)


def by_pattern(texts: list[str], hay: str) -> str:
    longest_first = sorted(texts, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda found: f"<{found[0]}>", hay)


def by_needles(texts: list[str], hay: str) -> str:
    made = Needles()
    for text in texts:
        made.add(text, f"<{text}>")
    return made.replaced(hay)


@given(st.lists(FEW, min_size=1, max_size=12), st.lists(st.one_of(FEW, st.text("abc", max_size=5))))
def test_found_is_what_a_pattern_finds(texts: list[str], around: list[str]) -> None:
    hay = "".join([*around, texts[0], *around])
    assert by_needles(texts, hay) == by_pattern(texts, hay)


@pytest.mark.parametrize("length", [4, 5, 7, 8, 9, 15, 16, 17, 40])
def test_a_text_is_found_wherever_it_stands(length: int) -> None:
    text = "".join(chr(97 + n % 26) for n in range(length))
    for before in range(12):
        for after in range(3):
            hay = "." * before + text + "." * after
            assert by_needles([text], hay) == "." * before + f"<{text}>" + "." * after


def test_what_is_found_is_not_looked_into_again() -> None:
    made = Needles()
    made.add("aaaa", "aaaabbbb")
    made.add("bbbb", "x")
    assert made.replaced("aaaa bbbb") == "aaaabbbb x"


def test_the_first_that_stands_for_a_text_stays() -> None:
    made = Needles()
    made.add("abcdef", "first")
    made.add("abcdef", "second")
    assert made.replaced("abcdef") == "first"
    assert "abcdef" in made
    assert "abcde" not in made


def test_what_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Needles().add("abc", "x")


def test_a_fresh_secret_in_each_answer_costs_little() -> None:
    # Made anew for each secret, one pattern of all of them takes minutes for these.
    made = Redactor({"a.token": "canary-secret"}, key=b"a key for tests", synthetic=True)
    body = "one of many words " * 200
    began = time.process_time()
    for number in range(1000):
        secret = f"sid-{number:032x}"
        made.hide("cookie", secret)
        assert secret not in made.text(f"{body}{secret}")
    assert time.process_time() - began < 5
