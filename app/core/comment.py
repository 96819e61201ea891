"""What people say to each other about an image, or about one box on it."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.errors import UserError

MOST_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody says that a thread is dealt with or, where `is_open`, that it isn't."""

    at: str
    person: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Comment:
    """`uid` is the box it is pinned to, which may be gone by now; None for the whole image.

    Times are in UTC, ISO 8601. `parent` is the id of the comment that it answers, which begins the
    thread; None for one that begins a thread itself. `turns` are of the whole thread, first to
    last, and stand with the comment that it begins with.
    """

    id: int
    image_id: int
    uid: str | None
    author: str
    at: str
    text: str
    parent: int | None = None
    turns: tuple[Turn, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it begins a thread that nobody has dealt with."""
        return self.parent is None and (not self.turns or self.turns[-1].is_open)


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment and what was answered to it, oldest first."""

    root: Comment
    replies: tuple[Comment, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.root.is_open


def threads(comments: Iterable[Comment]) -> list[Thread]:
    """In the order in which they began. Answers to what isn't among `comments` are left out."""
    roots: dict[int, Comment] = {}
    replies: dict[int, list[Comment]] = {}
    for comment in comments:
        if comment.parent is None:
            roots[comment.id] = comment
        else:
            replies.setdefault(comment.parent, []).append(comment)
    return [Thread(root, tuple(replies.get(root.id, ()))) for root in roots.values()]


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
