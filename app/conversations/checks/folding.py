"""One form for texts that look the same, before they are read."""

import re

from app.core.conversation import BOXES, CLAIMS, FORMAT, IMAGE

_SAME_LOOKS = str.maketrans("０１２３４５６７８９’‘", "0123456789''")
TOKENS = re.compile(
    "|".join((BOXES.pattern, *(re.escape(token) for token in (IMAGE, CLAIMS, FORMAT))))
)
"""What stands in texts for the photo, boxes and what only a target can word."""


def plain(text: str) -> str:
    """One form of digits, apostrophes and spaces, a gap for each token, no marks of emphasis."""
    bare = TOKENS.sub(" ", text).replace("**", "").translate(_SAME_LOOKS)
    return re.sub(r"[ \t\u3000\xa0]+", " ", bare).strip()


def lowercase(text: str) -> str:
    """As `str.lower`, but every character stays one, so that positions stay."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
