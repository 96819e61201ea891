"""Finds the JSON object that was asked for in whatever a language model sends back."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from app.conversations.rewording.refusals import Refusal
from app.conversations.targets.answer_text import without_thoughts

_NAMES: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "问题", "提问", "問題"),
    "answer": ("answer", "回答", "答案", "答复"),
}
_COMMA_AT_END = re.compile(r",(?=\s*[}\]])")
_CURLY_QUOTES = str.maketrans("“”", '""')
_QUOTED = 60

_DECODER = json.JSONDecoder(strict=False)  # line breaks in a text are no reason to refuse it


def read_reply(text: str, wanted: Sequence[str], *, is_cut: bool = False) -> list[str] | Refusal:
    """The texts named `wanted` ("question", "answer") of the last JSON object that has them all.

    The last one, since models quote what they were given before they answer. Thoughts, code fences
    and talk around it don't matter.
    """
    spoken = without_thoughts(text)
    for readable in (spoken, _mended(spoken)):
        found = [each for each in map(dict, _objects(readable)) if _has_all(each, wanted)]
        if found:
            return [_text(found[-1], name) or "" for name in wanted]
    if is_cut:
        what = "the reply was cut off before it ended"
        return Refusal("cut", what)
    if not spoken:
        return Refusal("empty", "the reply is empty")
    keys = " and ".join(f'"{name}"' for name in wanted)
    return Refusal("no_json", f"the reply holds no JSON object with {keys}", spoken[:_QUOTED])


def _mended(text: str) -> str:
    return _COMMA_AT_END.sub("", text).translate(_CURLY_QUOTES)


def _objects(text: str) -> Iterator[dict[str, object]]:
    """Every JSON object in the text, those inside others too, in the order of their beginnings."""
    for brace in re.finditer(r"\{", text):
        try:
            value, _ = _DECODER.raw_decode(text, brace.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def _has_all(found: Mapping[str, object], wanted: Sequence[str]) -> bool:
    return all(_text(found, name) is not None for name in wanted)


def _text(found: Mapping[str, object], name: str) -> str | None:
    """Under its own name, or under the only one like it ("new_answer", "回答")."""
    folded = {key.strip().lower(): value for key, value in found.items()}
    like = [value for key, value in folded.items() if key.endswith(_NAMES[name])]
    value = folded.get(name, like[0] if len(like) == 1 else None)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) else None
