"""Turns of conversations put to a language model, each at most twice, and what came of them."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from app.conversations.rewording.judging import worded
from app.conversations.rewording.refusals import Refusal
from app.conversations.rewording.requests import MOST_TOKENS, first_request, second_request
from app.conversations.rewording.turns import How, Turn
from app.conversations.targets.targets import target_by_name
from app.core.chat import Chat, ChatReply, Picture
from app.core.conversation import Exchange
from app.core.errors import UserError
from app.core.image import Image
from app.core.stopping import Stop
from app.services.ask_model import picture_for
from app.services.in_order import in_order

_TRIES = 2
_Pictures = Callable[[Image, Path], tuple[Picture, ...]]


@dataclass(frozen=True, slots=True)
class ToWord:
    """A turn of the image's conversation; `photo` is where the image lies."""

    image: Image
    photo: Path
    turn: Turn


@dataclass(frozen=True, slots=True)
class Worded:
    """What came of a turn: its new exchange, why none was taken, or what was wrong with the server.

    `photo_trouble` is why the photo couldn't be sent along.
    """

    asked: ToWord
    exchange: Exchange | None = None
    refusal: Refusal | None = None
    server_trouble: UserError | None = None
    photo_trouble: UserError | None = None
    replies: tuple[ChatReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Reworder:
    """Asks one server for other words. Drafts are made with the photo in sight, if it sees any."""

    chat: Chat
    how: How

    def worded(self, waiting: Iterable[ToWord], stop: Stop) -> Generator[Worded, None, None]:
        """In the order of `waiting`; as many at a time as the server takes. See `in_order`."""
        at_once = self.chat.server.at_once
        # The turns of an image come one after the other, and are sent the same picture.
        pictures = lru_cache(maxsize=2 * at_once)(self._pictures)
        return in_order(partial(self._word, pictures), waiting, at_once=at_once, stop=stop)

    def _word(self, pictures: _Pictures, asked: ToWord) -> Worded:
        """Runs in a thread."""
        try:
            shown = pictures(asked.image, asked.photo)
        except UserError as e:
            return Worded(asked, photo_trouble=e)
        messages = first_request(asked.turn, self.how, shown)
        replies: list[ChatReply] = []
        refusal: Refusal | None = None
        for attempt in range(_TRIES):
            try:
                reply = self.chat.ask(messages, most_tokens=MOST_TOKENS, attempt=attempt)
            except UserError as e:
                return Worded(asked, server_trouble=e, replies=tuple(replies))
            replies.append(reply)
            came = worded(asked.turn, self.how, reply, reply.model or self.chat.server.name)
            if isinstance(came, Exchange):
                return Worded(asked, exchange=came, replies=tuple(replies))
            refusal = came
            messages = second_request(messages, reply, refusal, asked.turn)
        return Worded(asked, refusal=refusal, replies=tuple(replies))

    def _pictures(self, image: Image, photo: Path) -> tuple[Picture, ...]:
        server = self.chat.server
        if self.how == "rephrase" or not server.sees:
            return ()
        target = target_by_name(f"messages/{server.vlm}")
        return (picture_for(target, image, photo)[0],)
