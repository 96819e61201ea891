"""What a text may not be, whatever it says: the rules that need no labels."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from app.conversations.checks.folding import TOKENS
from app.conversations.rewording.refusals import Refusal
from app.conversations.rewording.reply_words import ENGLISH_GLUE, REPLY_WORDS
from app.conversations.rewording.turns import Turn
from app.conversations.writing.phrasing_text import TRAINERS_WORD
from app.core.language import Language

_MOST_TIMES_LONGER = 4
_SHORT_ENOUGH = {"en": 160, "zh": 60}
"""So many characters are never too long: "No." would otherwise have to stay nearly as short."""

_MARKDOWN = re.compile(
    r"\*\*|__\w|(?<!\w)\*\w[^*\n]*\w\*(?!\w)|`|~~|^\s{0,3}#{1,6}\s|^\s*[-*•·▪]\s|^\s*\(?\d{1,2}[.)、]\s"
    r"|\]\(|^\s*>|\|.*\||\\[a-zA-Z(\[]|\$[^$\n]+\$|&[a-z]{2,6};|•",
    re.MULTILINE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_TO_TELL = 6
_LEAST_GLUE = 0.08
_QUOTED = 60

_Rule = Callable[[str, str, Turn], Refusal | None]


def text_refusals(new: str, old: str, turn: Turn) -> Iterator[Refusal]:
    """Against `new`, which is to stand in the place of `old` in that turn."""
    for rule in _RULES:
        if refusal := rule(new, old, turn):
            yield refusal


def tidy(text: str, language: Language) -> str:
    """On one line, without what models put around a text; in Chinese with Chinese marks.

    Lists keep their lines, so that they are seen to be lists.
    """
    text = "".join(c for c in text if unicodedata.category(c) != "Cf").strip()
    text = _LABEL.sub("", _unquoted(text))
    if not _MARKDOWN.search(text):
        text = re.sub(r"\s+", " ", text)
    if language == "zh":
        for ascii_mark, mark in _CHINESE_MARKS.items():
            text = re.sub(rf"(?<=[{_HANZI}])\s*{re.escape(ascii_mark)}(?=\D|$)\s*", mark, text)
        return re.sub(rf"(?<=[{_HANZI}，。？！；：、]) (?=[{_HANZI}])", "", text)
    return text[:1].upper() + text[1:]


_HANZI = "㐀-鿿"
_CHINESE_MARKS = {",": "，", "?": "？", "!": "！", ";": "；", ":": "：", ".": "。"}
_LABEL = re.compile(r"^(?:question|answer|[qa]|问题?|回答|答案?)\s*[:：]\s*", re.IGNORECASE)
_QUOTES = {'"': '"', "“": "”", "'": "'", "「": "」", "『": "』"}


def _unquoted(text: str) -> str:
    is_quoted = len(text) > 1 and _QUOTES.get(text[0]) == text[-1]
    return text[1:-1].strip() if is_quoted and text[0] not in text[1:-1] else text


def _is_there(new: str, old: str, turn: Turn) -> Refusal | None:
    return None if new.strip() else Refusal("empty", "a text is empty")


def _is_no_longer(new: str, old: str, turn: Turn) -> Refusal | None:
    most = max(_MOST_TIMES_LONGER * len(old), _SHORT_ENOUGH[turn.language])
    if len(new) <= most:
        return None
    what = f"a text is {len(new)} characters long, at most {most} are wanted"
    return Refusal("too_long", what, new[:_QUOTED])


def _is_plain(new: str, old: str, turn: Turn) -> Refusal | None:
    found = _MARKDOWN.search(new) or ("\n" in new and re.search(r".*\n", new)) or _picture(new, old)
    if not found:
        return None
    words = found.group().strip() or found.group()
    return Refusal("markdown", f"{words!r} is no plain text", words)


def _picture(new: str, old: str) -> re.Match[str] | None:
    """An emoji, an arrow or the like."""
    shapes = {c for c in new if unicodedata.category(c) in ("So", "Cs", "Co") and c not in old}
    return re.search(re.escape(min(shapes)), new) if shapes else None


def _has_no_token(new: str, old: str, turn: Turn) -> Refusal | None:
    found = TOKENS.search(new) or TRAINERS_WORD.search(new) or re.search(r"<\||\|>", new)
    if not found:
        return None
    what = f"{found.group()!r} is a word of trainers and models"
    return Refusal("token", what, found.group())


def _keeps_to_the_point(new: str, old: str, turn: Turn) -> Refusal | None:
    found = fresh(REPLY_WORDS[turn.language].task, new, old)
    if found is None:
        return None
    what = f"{found!r} speaks of the task or of where the answer comes from, not of the photo"
    return Refusal("task", what, found)


def _is_in_the_language(new: str, old: str, turn: Turn) -> Refusal | None:
    """Other scripts; traditional for simplified characters; hardly a word that English needs.

    What is in Big5 and not in GB 2312 is a traditional character: both hold those that are alike.
    """
    known = set(old) | {c for label in turn.facts.classes for c in label.name + label.name_zh}
    known |= {c for phrase in _knowledge(turn) for c in phrase}
    strange = [c for c in new if c not in known and _is_strange(c, turn.language)]
    if strange:
        said = "".join(dict.fromkeys(strange))[:_QUOTED]
        script = "English" if turn.language == "en" else "simplified Chinese"
        return Refusal("script", f"{said!r} is not {script}", said)
    words = [word.lower() for word in _WORD.findall(new)]
    if turn.language == "en" and len(words) >= _FEWEST_TO_TELL:
        glue = sum(word in ENGLISH_GLUE for word in words)
        if glue < _LEAST_GLUE * len(words):
            return Refusal("script", f"{new[:_QUOTED]!r} is not English", new[:_QUOTED])
    return None


def _is_strange(c: str, language: Language) -> bool:
    if not c.isalpha():
        return False
    name = unicodedata.name(c, "")
    if name.startswith(("LATIN", "GREEK", "MICRO")):
        return language == "en" and not c.isascii() and c not in "éèêçäöüµμ"
    if not name.startswith("CJK"):
        return True
    return language == "zh" and _is_in(c, "big5") and not _is_in(c, "gb2312")


def _is_in(c: str, codec: str) -> bool:
    try:
        c.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _knowledge(turn: Turn) -> Iterator[str]:
    for c in turn.facts.classes:
        of = c.knowledge(turn.language)
        for phrases in (of.appearance, of.causes, of.consequences, of.remedies):
            yield from phrases
        yield from (of.noun, of.plural)


def _adds_no_number(new: str, old: str, turn: Turn) -> Refusal | None:
    """Counts may be written as digits; all other numbers must have been there."""
    labels, exchange = turn.labels, turn.exchange
    names = (word for c in turn.facts.classes for word in (c.name, c.name_zh))
    known = " ".join((exchange.question, exchange.answer, *names))
    allowed = set(_NUMBER.findall(known)) | {str(n) for n in labels.count.values()}
    allowed |= {str(labels.total), str(len(labels.count))}
    for number in _NUMBER.findall(new):
        if number not in allowed:
            what = f"the number {number} was not there before"
            return Refusal("number", what, number)
    return None


def fresh(pattern: re.Pattern[str], new: str, old: str) -> str | None:
    """What it finds in the new text that doesn't stand in the old one."""
    before = old.lower()
    found = (match.group() for match in pattern.finditer(new))
    return next((words for words in found if words.lower() not in before), None)


_RULES: tuple[_Rule, ...] = (
    _is_there,
    _is_no_longer,
    _has_no_token,
    _is_plain,
    _keeps_to_the_point,
    _is_in_the_language,
    _adds_no_number,
)
