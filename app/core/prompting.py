"""Captions for detectors that are asked in words, and which phrase of a caption scored a box."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.detection import Detection, Reason
from app.core.errors import UserError

Tokenize = Callable[[str], Sequence[str]]
"""The tokens that a language model's vocabulary cuts a word into."""

UNKNOWN = "[UNK]"
"""The token of a word that the vocabulary has no parts for."""

_FRAME_TOKENS = 2  # one begins a caption, one ends it
_HINT = "Edit the English phrases of the label class."


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a caption, and its tokens there: `first` up to but not including `end`."""

    text: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """What stands for a label class in a caption: words whose tokens follow one another."""

    class_name: str
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def tokens(self) -> slice:
        """The phrase's own tokens; the full stop behind it is none of them."""
        return slice(self.words[0].first, self.words[-1].end)


@dataclass(frozen=True, slots=True)
class Caption:
    """What one pass of the detector is asked."""

    phrases: tuple[Phrase, ...]

    @property
    def text(self) -> str:
        """Each phrase ends with a full stop, which keeps it apart from the next: "a dent . rust ."

        The tokens of `phrases` count the one that the model puts before this text as token 0.
        """
        return " ".join(f"{phrase.text} ." for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class TextFind:
    """A find, the phrase that scored it best, and those of its words that explain it."""

    find: Detection
    phrase: str
    words: tuple[str, ...]


def captions(
    phrases: Mapping[str, Sequence[str]], *, tokenize: Tokenize, window: int
) -> tuple[Caption, ...]:
    """As few captions as hold all phrases (by class name) in order, each within `window` tokens.

    Phrases are lowercased; a full stop or question mark inside one, which would cut it in two, is
    left out. What a class says twice is asked once.
    Raises UserError for no phrases at all, one that two classes share, one without a word that the
    vocabulary knows, and one that is longer than the window.
    """
    passes: list[Caption] = []
    row: list[Phrase] = []
    place = 1
    for class_name, words in _cut(phrases, tokenize):
        size = sum(count for _, count in words) + 1
        if size > window - _FRAME_TOKENS:
            raise UserError(
                f"A phrase of {class_name!r} is longer than the model can read: {size} tokens "
                f"where {window - _FRAME_TOKENS} fit.",
                hint=_HINT,
            )
        if place + size + 1 > window:
            passes.append(Caption(tuple(row)))
            row, place = [], 1
        row.append(Phrase(class_name, tuple(_placed(words, place))))
        place += size
    if not row:
        raise UserError(
            "There is nothing to look for: no label class has a phrase.",
            hint="Give the label classes English phrases.",
        )
    return (*passes, Caption(tuple(row)))


def best_phrases(
    scores: NDArray[np.float32], caption: Caption
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """For each box the number of the phrase that scores it best, and that score.

    `scores` has a row for each box and a column for each token of the caption (more columns are
    ignored). A phrase scores as its best token does.
    """
    by_phrase = np.stack([scores[:, p.tokens].max(axis=1) for p in caption.phrases], axis=1)
    best = by_phrase.argmax(axis=1)
    return best, np.take_along_axis(by_phrase, best[:, None], axis=1)[:, 0]


def reasons(scores: NDArray[np.float32], phrase: Phrase) -> tuple[Reason, ...]:
    """The whole words of a phrase, each with its best token's score; `scores` is by token."""
    return tuple(
        Reason(word.text, float(scores[word.first : word.end].max())) for word in phrase.words
    )


def _cut(
    phrases: Mapping[str, Sequence[str]], tokenize: Tokenize
) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Class name and (word, number of its tokens) for each phrase; checked."""
    owners: dict[str, str] = {}
    for class_name, texts in phrases.items():
        for text in texts:
            words = _words(text)
            tokens = [tokenize(word) for word in words]
            if all(token == UNKNOWN for each in tokens for token in each):
                raise UserError(
                    f"The model knows no word of {text!r}, which is to stand for {class_name!r}.",
                    hint=_HINT,
                )
            asked = [(w, len(t)) for w, t in zip(words, tokens, strict=True) if t]
            key = " ".join(word for word, _ in asked)
            owner = owners.get(key)
            if owner is None:
                owners[key] = class_name
                yield class_name, asked
            elif owner != class_name:
                raise UserError(
                    f"{key!r} stands for two label classes: {owner!r} and {class_name!r}.",
                    hint="Give each class phrases of its own, so that a find has one class.",
                )


def _words(text: str) -> list[str]:
    return text.lower().replace(".", " ").replace("?", " ").split()


def _placed(words: Sequence[tuple[str, int]], place: int) -> Iterator[Word]:
    for text, count in words:
        yield Word(text, place, place + count)
        place += count
