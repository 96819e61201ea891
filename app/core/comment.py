"""What people say to each other about an image, or about one box on it."""

from dataclasses import dataclass

from app.core.errors import UserError

MOST_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Comment:
    """`uid` is the box it is pinned to, which may be gone by now; None for the whole image.

    Times are in UTC, ISO 8601. Resolved: somebody says that it is dealt with.
    """

    id: int
    image_id: int
    uid: str | None
    author: str
    at: str
    text: str
    resolved_by: str | None = None
    resolved_at: str | None = None

    @property
    def is_open(self) -> bool:
        return self.resolved_by is None


def checked_text(text: str) -> str:
    """The text as it is kept, without space around it. Raises UserError when empty or too long."""
    kept = text.strip()
    if not kept:
        raise UserError("The comment is empty.", hint="Write what you want to say, then send it.")
    if len(kept) > MOST_CHARACTERS:
        raise UserError(
            f"The comment has {len(kept):,} characters; {MOST_CHARACTERS:,} are possible.",
            hint="Shorten it, or send it in two parts.",
        )
    return kept
