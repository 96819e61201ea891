"""What is wrong with a text whatever the image shows: leftovers, numbers of boxes, language."""

import re
from collections.abc import Iterator

from app.conversations.checks.findings import Finding
from app.conversations.checks.reading import TOKENS, Reader
from app.core.conversation import BOXES

_LEFTOVER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|#\}|\{[a-z_]*\}|%\([a-z_]+\)s|(?<!\w)%s(?!\w)"
    r"|\b(?:XXX+|TODO|FIXME|TBD|NaN|undefined|Undefined|null)\b|<[^<>\s][^<>]{0,40}>"
    r"|\[(?:class|name|place|count|size|defects?|location|number|image|answer|question|label)\]"
    r"|(?<=[a-z,;] )None\b|^None$|【[^】]{0,12}】|某某|×××|\?\?\?",
    re.MULTILINE,
)
_RUN = re.compile(r"-?\d+(?:\.\d+)?(?:\s*[,，、;；\s]\s*-?\d+(?:\.\d+)?){3,}")
_PAIRS = re.compile(r"[(（\[]\s*\d+(?:\.\d+)?\s*[,，]\s*\d+(?:\.\d+)?\s*[)）\]]")
_BOX_WORDS = re.compile(
    r"bbox(?:_2d)?|<\|?/?(?:box|det|ref)[a-z_]*\|?>|\b[xy]_?(?:[12]|min|max)\b", re.IGNORECASE
)
_CJK = re.compile(r"[㐀-鿿]+")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_FOREIGN_WORDS = 4
"""So many Latin words in a Chinese text are a sentence; fewer may be names and abbreviations."""
_QUOTED = 60


def text_faults(turn: int, text: str, reader: Reader) -> Iterator[Finding]:
    bare = TOKENS.sub(" ", text)
    if not bare.strip() and not BOXES.search(text):
        yield Finding(turn, "", "empty", "there is no text")
        return
    yield from _box_numbers(turn, bare)
    for leftover in _LEFTOVER.finditer(bare):
        words = leftover.group()
        if not _BOX_WORDS.search(words):
            yield Finding(turn, words, "leftover", f"{words!r} is left over from a template", words)
    yield from _other_language(turn, bare, reader)


def _box_numbers(turn: int, bare: str) -> Iterator[Finding]:
    runs = _RUN.finditer(bare)
    found = next(runs, None) or _BOX_WORDS.search(bare) or _PAIRS.search(bare)
    if found:
        words = found.group()
        yield Finding(turn, words, "raw_box", f"{words!r} are numbers of a box in the text", words)


def _other_language(turn: int, bare: str, reader: Reader) -> Iterator[Finding]:
    """Class names may be of either language, and a Chinese text may hold a few Latin words."""
    is_chinese = reader.language == "zh"
    foreign = _LATIN if is_chinese else _CJK
    if not foreign.search(bare):
        return
    words = foreign.findall(reader.without_names(bare))
    if not words or (is_chinese and len(words) < _FOREIGN_WORDS and _CJK.search(bare)):
        return
    said = " ".join(words)[:_QUOTED]
    what = f"{said!r} is not {'Chinese' if is_chinese else 'English'}"
    yield Finding(turn, words[0], "language", what, said, reader.language)
