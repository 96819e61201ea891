"""A caption keeps every phrase in its place, and a box gets the phrase that scored it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.prompting import UNKNOWN, Caption, Phrase, Word, best_phrases, captions, reasons

LETTERS = st.text("abcdef", min_size=1, max_size=9)
TEXTS = st.lists(LETTERS, min_size=1, max_size=5).map(" ".join)
CLASSES = st.dictionaries(LETTERS, st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=5)
WINDOW = 24


def pieces(word: str) -> list[str]:
    """Three letters a token, as a vocabulary of parts would cut a word."""
    return [word[:3], *(f"##{word[i : i + 3]}" for i in range(3, len(word), 3))]


def asked(phrases: dict[str, list[str]]) -> tuple[Caption, ...]:
    return captions(phrases, tokenize=pieces, window=WINDOW)


def words(scores: NDArray[np.float32], phrase: Phrase, least: float) -> tuple[str, ...]:
    box = Box(0, 0, 1, 1)
    return Detection(phrase.class_name, box, 1.0, reasons=reasons(scores, phrase)).words(least)


def own(phrases: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without phrases that two classes share."""
    every = [text for texts in phrases.values() for text in set(texts)]
    kept = {name: [t for t in texts if every.count(t) == 1] for name, texts in phrases.items()}
    return {name: texts for name, texts in kept.items() if texts} or {"dent": ["a dent"]}


@given(CLASSES.map(own))
def test_every_phrase_is_asked_once_and_in_order(phrases: dict[str, list[str]]) -> None:
    wanted = [(name, text) for name, texts in phrases.items() for text in dict.fromkeys(texts)]
    found = [(p.class_name, p.text) for caption in asked(phrases) for p in caption.phrases]
    assert found == wanted


@given(CLASSES.map(own))
def test_tokens_of_a_phrase_are_where_the_caption_has_them(phrases: dict[str, list[str]]) -> None:
    for caption in asked(phrases):
        tokens = ["[CLS]", *(t for word in caption.text.split() for t in pieces(word)), "[SEP]"]
        assert len(tokens) <= WINDOW
        covered = {0, len(tokens) - 1}
        for phrase in caption.phrases:
            assert tokens[phrase.tokens] == [t for w in phrase.text.split() for t in pieces(w)]
            assert tokens[phrase.tokens.stop] == "."
            for word in phrase.words:
                assert tokens[word.first : word.end] == pieces(word.text)
            covered |= {*range(phrase.tokens.start, phrase.tokens.stop + 1)}
        assert covered == {*range(len(tokens))}, "a token belongs to no phrase"


@given(CLASSES.map(own))
def test_no_pass_is_asked_that_had_room_in_the_one_before(phrases: dict[str, list[str]]) -> None:
    passes = asked(phrases)
    for before, after in pairwise(passes):
        first = after.phrases[0].tokens
        used = before.phrases[-1].tokens.stop + 1
        assert used + (first.stop - first.start) + 1 + 1 > WINDOW


@given(CLASSES.map(own), st.data())
def test_a_box_gets_the_phrase_of_its_best_token(
    phrases: dict[str, list[str]], data: st.DataObject
) -> None:
    caption = asked(phrases)[0]
    phrase = data.draw(st.sampled_from(caption.phrases))
    token = data.draw(st.integers(phrase.tokens.start, phrase.tokens.stop - 1))
    scores = np.full((2, WINDOW + 3), 0.25, np.float32)
    scores[1, token] = 0.75
    # Tokens between phrases, and what lies behind the caption, never count.
    outside = np.ones(WINDOW + 3, bool)
    for each in caption.phrases:
        outside[each.tokens] = False
    scores[:, outside] = 0.9
    best, top = best_phrases(scores, caption)
    assert caption.phrases[best[1]] == phrase
    assert top.tolist() == [0.25, 0.75]
    reason = [w.text for w in phrase.words if w.first <= token < w.end]
    assert words(scores[1], phrase, 0.5) == tuple(reason)


def test_a_longer_phrase_is_never_taken_for_a_shorter_one_in_it() -> None:
    (caption,) = asked({"powder": ["powder"], "streak": ["powder streak"]})
    tokens = ["[CLS]", *(t for word in caption.text.split() for t in pieces(word))]
    second = [i for i, token in enumerate(tokens) if token == "pow"][1]
    scores = np.zeros((1, WINDOW), np.float32)
    scores[0, second] = 0.8
    (best,), _ = best_phrases(scores, caption)
    assert caption.phrases[best].class_name == "streak"
    assert words(scores[0], caption.phrases[best], 0.3) == ("powder",)


def test_words_are_named_whole() -> None:
    phrase = Phrase("caravan", (Word("vanvan", 1, 3), Word("slag", 3, 4)))
    assert words(np.array([0, 0.1, 0.6, 0.2], np.float32), phrase, 0.5) == ("vanvan",)


def test_phrases_are_not_cut_by_their_own_marks() -> None:
    (caption,) = asked({"dent": ["A Dent. Deep?", "a  dent deep"], "burr": ["e.a"]})
    assert caption.text == "a dent deep . e a ."


def test_words_without_tokens_are_left_out() -> None:
    (caption,) = captions(
        {"dent": ["a \u200b dent"]},
        tokenize=lambda word: [] if word == "\u200b" else [word],
        window=WINDOW,
    )
    assert caption.text == "a dent ."


@pytest.mark.parametrize(
    ("phrases", "told"),
    [
        ({}, "nothing to look for"),
        ({"dent": ["a dent"], "burr": ["A dent."]}, "'dent' and 'burr'"),
        ({"dent": ["..?"]}, "knows no word of '..?'"),
        ({"dent": ["条纹"]}, "knows no word of '条纹'"),
        ({"dent": ["abc " * 22]}, "longer than the model can read: 23 tokens where 22 fit"),
    ],
)
def test_what_cannot_be_asked_is_told(phrases: dict[str, list[str]], told: str) -> None:
    def known(word: str) -> list[str]:
        return pieces(word) if word.isascii() else [UNKNOWN]

    with pytest.raises(UserError) as refused:
        captions(phrases, tokenize=known, window=WINDOW)
    assert told in refused.value.what


def test_the_longest_phrase_fills_the_window() -> None:
    (caption,) = asked({"dent": ["abc " * 21]})
    assert caption.phrases[0].tokens == slice(1, 22)
