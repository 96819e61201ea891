"""What is wrong with a text whatever the image shows: leftovers, numbers of boxes, language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from app.conversations.checks.findings import Finding
from app.conversations.checks.folding import TOKENS
from app.conversations.checks.reading import Reader
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
_PIXELS = re.compile(
    r"\d+(?:\.\d+)?\s*(?:px\b|pixels?\b|像素)|\bpixel \d+"
    r"|\d+(?:\.\d+)?\s*(?:%|％|percent|per cent) of the"
    r" (?:image|photo|picture|width|height|frame)"
    r"|(?:占|约为?)(?:画面|图像|图片|照片|宽度|高度)的?\s*\d+(?:\.\d+)?\s*[%％]",
    re.IGNORECASE,
)
_STRANGE = re.compile(
    r"\bas an? (?:ai|artificial intelligence|language model|assistant)\b|\blanguage model\b"
    r"|\bi(?:'m| am) (?:just )?an? (?:ai|assistant)\b|\bi (?:cannot|can't) (?:assist|help) with\b"
    r"|(?:^|[\s.!?。])(?:User|Assistant|Human|用户|助手)\s*[:：]"
    r"|作为(?:一[个名款])?(?:AI|人工智能|语言模型|大模型|智能助手)|语言模型",
    re.IGNORECASE,
)
"""What a model says of itself, and turns that it goes on to write."""

_WORD = re.compile(r"\w")
_UNREAD = re.compile(r"[^\W\d_A-Za-zÀ-ɏα-ωΑ-Ω㐀-鿿]{2,}")
_TRADITIONAL = re.compile(
    "[處條紋褶皺這個圖層無發現檢異過渣鋪側邊們為與檢測沒還從點開關區標準張顯見兩靜響應認識對嗎"
    "裡裏導號樣產質極塗電後續選實際線號種類較東門問題語說請當約壓縮參數據]"
)
_MOST_TRADITIONAL = 2
_OTHER_WORDS = re.compile(
    r"\b(?:und|eine?[nrms]?|der|das|nicht|kein[en]?|ist|sind|zwei|drei|auf|mit|oben|unten|ja|nein"
    r"|une?|les|des|est|sont|deux|trois|avec|dans|pas|oui|hay|una|dos|tres|los|las|con|sí|en la"
    r"|il|è|sono|due|nel|não|há|uma|dois)\b",
    re.IGNORECASE,
)
_FEW_OTHERS = 2
_CJK = re.compile(r"[㐀-鿿]+")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_FOREIGN_WORDS = 4
"""So many Latin words in a Chinese text are a sentence; fewer may be names and abbreviations."""
_QUOTED = 60


def text_faults(turn: int, text: str, reader: Reader) -> list[Finding]:
    bare = TOKENS.sub(" ", text) if "<" in text else text
    if not _WORD.search(bare) and not BOXES.search(text):
        return [Finding(turn, "", "empty", "there is no text")]
    return [replace(fault, turn=turn) for fault in _faults(bare, reader)]


@lru_cache(maxsize=4096)
def _faults(bare: str, reader: Reader) -> tuple[Finding, ...]:
    """The last few thousand are kept, for most texts come many times."""
    return (*_box_numbers(bare, reader), *_leftovers(bare), *_other_language(bare, reader))


def _leftovers(bare: str) -> Iterator[Finding]:
    for leftover in _LEFTOVER.finditer(bare):
        words = leftover.group()
        if not _BOX_WORDS.search(words):
            yield Finding(0, words, "leftover", f"{words!r} is left over from a template", words)
    for strange in _STRANGE.finditer(bare):
        words = strange.group().strip()
        yield Finding(0, words, "leftover", f"{words!r} is no talk about a photo", words)


def _box_numbers(bare: str, reader: Reader) -> Iterator[Finding]:
    runs = (m for m in _RUN.finditer(bare) if not _are_names(m.group(), reader))
    shapes = (_PIXELS, _BOX_WORDS, _PAIRS)
    found = next(runs, None) or next(filter(None, (s.search(bare) for s in shapes)), None)
    if found:
        words = found.group()
        yield Finding(0, words, "raw_box", f"{words!r} are numbers of a box in the text", words)


def _are_names(numbers: str, reader: Reader) -> bool:
    """Whether it only lists classes that have numbers for names."""
    return frozenset(re.findall(r"[\d.]+", numbers)) <= reader.number_names


def _other_language(bare: str, reader: Reader) -> Iterator[Finding]:
    """Class names may be of either language, and a Chinese text may hold a few Latin words."""
    is_chinese = reader.language == "zh"
    yield from _unknown_language(bare, reader)
    foreign = _LATIN if is_chinese else _CJK
    if not foreign.search(bare):
        return
    words = foreign.findall(reader.without_names(bare))
    if not words or (is_chinese and len(words) < _FOREIGN_WORDS and _CJK.search(bare)):
        return
    said = " ".join(words)[:_QUOTED]
    what = f"{said!r} is not {'Chinese' if is_chinese else 'English'}"
    yield Finding(0, words[0], "language", what, said, reader.language)


def _unknown_language(bare: str, reader: Reader) -> Iterator[Finding]:
    """Other scripts, traditional characters, and what Latin letters spell besides English."""
    is_chinese = reader.language == "zh"
    shape = _TRADITIONAL if is_chinese else _OTHER_WORDS
    words = _UNREAD.findall(bare)
    if not words:
        words = shape.findall(bare)
        if len(set(words)) >= (_MOST_TRADITIONAL if is_chinese else _FEW_OTHERS):
            words = shape.findall(reader.without_names(bare))
        if len(set(words)) < (_MOST_TRADITIONAL if is_chinese else _FEW_OTHERS):
            return
    said = " ".join(words)[:_QUOTED]
    what = f"{said!r} is not {'simplified Chinese' if is_chinese else 'English'}"
    yield Finding(0, words[0], "language", what, said, reader.language)
