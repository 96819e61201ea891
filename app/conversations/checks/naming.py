"""The words for a project's classes: names and nouns of both languages, in all their forms."""

import re
from collections.abc import Iterable

from app.conversations.checks.folding import lowercase, plain
from app.conversations.lexicon import LEXICONS
from app.core.label_class import LabelClass

_SHORTEST_VERB = 5


def names_pattern(classes: Iterable[LabelClass]) -> re.Pattern[str] | None:
    names = {w for c in classes for lexicon in LEXICONS.values() for w in lexicon.class_words(c)}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if names else None


def class_words(classes: tuple[LabelClass, ...]) -> dict[str, int]:
    """The class that a word of either language means.

    A name goes before another class's plural or spelling; what means two classes alike tells
    nothing and is left out.
    """
    names: dict[str, set[int]] = {}
    forms: dict[str, set[int]] = {}
    for c in classes:
        for name in (c.label("en"), c.label("zh")):
            names.setdefault(lowercase(plain(name)), set()).add(c.id)
        for word in {w for lexicon in LEXICONS.values() for w in lexicon.class_words(c)}:
            for form in _forms(lowercase(plain(word))):
                forms.setdefault(form, set()).add(c.id)
    return {
        word: min(owners)
        for word, owners in (forms | names).items()
        if len(owners) == 1 and not _says_nothing(word)
    }


def _says_nothing(word: str) -> bool:
    return not word or word.isdecimal() or (len(word) < 2 and word.isascii())


def _forms(word: str) -> set[str]:
    """With spaces, hyphens and underscores for one another, in singular and plural."""
    parts = re.split(r"[ _-]+", word)
    if not word.isascii():
        return {word}
    spellings = {word, *(joint.join(parts) for joint in (" ", "_", "-"))}
    if len(parts) == 2:
        spellings.add("".join(parts))
    verbs = {form for spelling in spellings for form in _verb_forms(spelling)}
    return spellings | verbs | {form for s in spellings for form in _numbers_of(s)}


def _verb_forms(word: str) -> tuple[str, ...]:
    """What a name that is a verb, too, becomes of a surface: "over-melted", "wrinkled"."""
    if word.endswith(("s", "d", "g", "y")) or " of " in word or len(word) < _SHORTEST_VERB:
        return ()
    stem = word.removesuffix("e")
    return (stem + "ed", stem + "ing")


def _numbers_of(word: str) -> tuple[str, ...]:
    """Singular and plural of a word whose number isn't known."""
    forms = [word + "s"]
    if word.endswith(("s", "x", "ch", "sh")):
        forms.append(word + "es")
    if word.endswith("y"):
        forms.append(word[:-1] + "ies")
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith(("ches", "shes", "sses", "xes")):
        forms.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        forms.append(word[:-1])
    return tuple(forms)
