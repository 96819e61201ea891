"""The boxes in the texts of a conversation, as people read and type them: ⟦streak 1 · slag 2⟧."""

import re
from collections.abc import Mapping

from app.core.conversation import BOXES, boxes_token

OPENING, CLOSING = "⟦", "⟧"
_NONE = "–"
_BETWEEN = " · "
_SEPARATORS = "·,，"
_WORDS = re.compile(f"{OPENING}([^{OPENING}{CLOSING}]*){CLOSING}")


def box_words(uids: tuple[str, ...], titles: Mapping[str, str]) -> str:
    """What stands for these boxes; `titles` by uid. One that is gone is told by its uid."""
    named = (titles.get(uid, f"?{uid}") for uid in uids)
    return f"{OPENING}{_BETWEEN.join(named) or _NONE}{CLOSING}"


def readable(text: str, titles: Mapping[str, str]) -> str:
    """A stored text with words in the place of its box tokens."""
    return BOXES.sub(lambda token: box_words(tuple(token[1].split()), titles), text)


def stored(text: str, titles: Mapping[str, str]) -> str:
    """`readable` undone. Words that name no box are left as they stand, for the checker to find."""
    uids = {title: uid for uid, title in titles.items()}
    # A class may be called "crack, open": what stands between boxes is looked for after titles.
    longest_first = sorted(uids, key=len, reverse=True)
    title = "|".join((*map(re.escape, longest_first), rf"\?[^\s{_SEPARATORS}{CLOSING}]+"))
    entry = re.compile(rf"\s*({title})\s*(?:[{_SEPARATORS}]|(?={CLOSING}))")

    def token(words: re.Match[str]) -> str:
        if words[1].strip() in (_NONE, ""):
            return boxes_token(())
        named, end = [], words.start(1)
        while end < words.end(1) and (found := entry.match(text, end)):
            named.append(found[1])
            end = found.end()
        is_whole = end == words.end(1) and text[end - 1] not in _SEPARATORS
        return boxes_token([uids.get(n, n[1:]) for n in named]) if is_whole else words[0]

    return _WORDS.sub(token, text)
