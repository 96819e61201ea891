"""What the rooms below the window say of the world, in the language of the screen.

They raise plain English, for the command line too. A catalogue in `resources/translations` holds
the sentences with {placeholders} for what they name, and the same in the other language. English
that it doesn't know is shown as it is.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from PySide6.QtCore import QLocale

from app.core.errors import UserError
from app.core.prelabelling import PrelabelReport

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][\w.]*)\}")
_IN_CHINESE = re.compile(
    r"((?<=[\u4e00-\u9fff]) )?" + _PLACEHOLDER.pattern + r"( (?=[\u4e00-\u9fff]))?"
)
_BETWEEN_WORDS = re.compile(", | or ")
_JOINT = re.compile(":? ")
"""What stands between a place and what is said of it."""

_LONGEST_PLACE = 300  # or a library's long complaint is searched for one at every word


def in_screen_words(text: str) -> str:
    """Words that a UserError says, or a report that was made for people."""
    if QLocale().language() != QLocale.Language.Chinese:
        return text
    return _chinese().translated(text)


def worded(error: UserError) -> UserError:
    """The same, to be shown: its kind stays."""
    return type(error)(in_screen_words(error.what), hint=in_screen_words(error.hint))


def in_one_text(error: UserError, *, between: str = " ") -> str:
    """What happened, and what to do about it."""
    what, hint = in_screen_words(error.what), in_screen_words(error.hint)
    if between == " " and what.endswith("。"):
        between = ""  # a Chinese full stop has its room within
    return f"{what}{between}{hint}".strip()


def worded_report(report: PrelabelReport) -> PrelabelReport:
    """What is said in it, to be shown."""
    refused, notes = map(worded, report.refused), map(in_screen_words, report.notes)
    return replace(report, refused=list(refused), notes=tuple(notes))


@cache
def _chinese() -> "Catalogue":
    """Read when the first error comes, never at the start."""
    kept = files("resources.translations") / "errors.zh_CN.json"
    return Catalogue(**json.loads(kept.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence cut at its placeholders: `literals` around `names`, one more of the former."""

    literals: tuple[str, ...]
    names: tuple[str, ...]
    translation: str

    @classmethod
    def of(cls, source: str, translation: str) -> "Template":
        pieces = _PLACEHOLDER.split(source)
        return cls(tuple(pieces[::2]), tuple(pieces[1::2]), translation)

    @property
    def size(self) -> int:
        """How much of it is said, rather than filled in."""
        return sum(map(len, self.literals))

    def values_in(self, text: str) -> Sequence[str] | None:
        """What stands at the placeholders, each as short as can be; None for another sentence."""
        first, *between, last = self.literals if self.names else ("", text)
        if not self.names:
            return () if text == self.literals[0] else None
        end = len(text) - len(last)
        if not text.startswith(first) or not text.endswith(last) or end < len(first):
            return None
        values, at = [], len(first)
        for literal in between:
            found = text.find(literal, at, end)
            if found < 0:
                return None
            values.append(text[at:found])
            at = found + len(literal)
        return [*values, text[at:end]]

    def filled(self, shown: Mapping[str, str], translated: Collection[str]) -> str:
        """With the values by name, of which those in `translated` came in the other language."""

        def value(found: re.Match[str]) -> str:
            before, name, after = found.groups(default="")
            if name not in shown:
                return found[0]
            # Only what is written in letters stands off from Chinese.
            return shown[name] if name in translated else f"{before}{shown[name]}{after}"

        return _IN_CHINESE.sub(value, self.translation)


class Catalogue:
    """Sentences of one language in another.

    `templates` by their English. `words`: what stands at placeholders of a name (several names with
    a space between), singly or as a list. `values` are known wherever they stand alone.
    """

    def __init__(
        self,
        *,
        templates: Mapping[str, str],
        words: Mapping[str, Mapping[str, str]],
        values: Mapping[str, str],
    ) -> None:
        made = [Template.of(*each) for each in templates.items()]
        # The one that says most is the one that is meant.
        self._templates = sorted(made, key=lambda each: each.size, reverse=True)
        self._words = {name: known for names, known in words.items() for name in names.split()}
        self._values = values

    def translated(self, text: str) -> str:
        """The text as it is where nothing of it is known."""
        sentences = text.split("\n")
        if len(sentences) > 1 and all(each.endswith(".") for each in sentences):
            return "\n".join(map(self.translated, sentences))
        return self._one(text) or self._listed(text) or text

    def _one(self, text: str) -> str | None:
        return self._whole(text) or self._said_of_a_place(text)

    def _listed(self, text: str) -> str | None:
        """What stands between semicolons, where any of it is known."""
        listed, mark = (text[:-1], "。") if text.endswith(".") else (text, "")
        pieces = listed.removesuffix(" …").split("; ")
        shown = [self._one(piece) or piece for piece in pieces]
        more = " …" if listed.endswith(" …") else ""
        return "；".join(shown) + more + mark if shown != pieces else None

    def _whole(self, text: str) -> str | None:
        if text in self._values:
            return self._values[text]
        for template in self._templates:
            values = template.values_in(text)
            if values is not None:
                given = dict(zip(template.names, values, strict=True))
                shown = {name: self._value(name, value) for name, value in given.items()}
                return template.filled(shown, {n for n in given if shown[n] != given[n]})
        return None

    def _said_of_a_place(self, text: str) -> str | None:
        """Errors are handed on with the name of a photo or file before them."""
        for joint in _JOINT.finditer(text, 0, _LONGEST_PLACE):
            said = self._whole(text[joint.end() :])
            if said is not None:
                return text[: joint.end()] + said
        return None

    def _value(self, name: str, value: str) -> str:
        known = self._words.get(name.rpartition(".")[2].rstrip("0123456789"))
        if known is None:
            return self.translated(value)
        return "、".join(self._word(known, word) for word in _BETWEEN_WORDS.split(value))

    def _word(self, known: Mapping[str, str], text: str) -> str:
        """It may have its count behind it: "boxes (3)"."""
        word, _, count = text.removesuffix(")").partition(" (")
        if word not in known:
            return self.translated(text)
        return f"{known[word]}（{count}）" if count else known[word]
