"""One server as the rest of the program asks it: answers that are kept come from disk."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.chat import ChatMessage, ChatReply, ChatServer, ServerUnusableError
from app.core.stopping import Stop
from backends.chat.kept import KeptAnswers
from backends.chat.reading import listed
from backends.chat.request import key_of, request_body

if TYPE_CHECKING:
    from backends.chat.exchange import Exchange

_LOG = logging.getLogger(__name__)


class ServerChat:
    """A `Chat`. Nothing is sent, and no library for it loaded, before the first question.

    `key` is sent and never written anywhere. `kept` is the folder of the answers, None to keep
    none. Once `stop` is requested, what is under way is broken off and raises Cancelled.
    """

    def __init__(
        self, server: ChatServer, *, key: str, kept: Path | None, stop: Stop | None = None
    ) -> None:
        self._server = server
        self._key = key
        self._kept = None if kept is None else KeptAnswers(kept)
        self._stop = stop or Stop()
        self._settling = threading.RLock()
        self._exchange: Exchange | None = None
        self._model = server.model

    @property
    def server(self) -> ChatServer:
        return self._server

    def ask(
        self, messages: Sequence[ChatMessage], *, most_tokens: int = 1024, attempt: int = 0
    ) -> ChatReply:
        """See `Chat.ask`."""
        self._stop.check()
        model = self.model()
        key = key_of(self._server.name, model, messages, most_tokens=most_tokens, attempt=attempt)
        there = self._kept.get(key) if self._kept is not None else None
        if there is not None:
            return there
        body = request_body(model, messages, most_tokens=most_tokens, attempt=attempt)
        reply = self._open().reply(body)
        self._keep(key, reply)
        return reply

    def models(self) -> list[str]:
        """What the server calls its models. Raises UserError, Cancelled, as `ask` does."""
        return self._open().models()

    def model(self) -> str:
        """The one that is asked; where none is named the only one, as the server lists it."""
        with self._settling:  # of several threads one asks
            if not self._model:
                self._model = _only(self.models(), self._server)
            return self._model

    def _open(self) -> "Exchange":
        from backends.chat.exchange import Exchange

        with self._settling:
            if self._exchange is None:
                self._exchange = Exchange(self._server, self._key, self._stop)
            return self._exchange

    def _keep(self, key: str, reply: ChatReply) -> None:
        if self._kept is None:
            return
        try:
            self._kept.put(key, reply)
        except OSError as e:  # the answer is there all the same, and was perhaps paid for
            _LOG.warning("an answer of %s can't be kept: %s", self._server.name, e)


def _only(models: Sequence[str], server: ChatServer) -> str:
    if len(models) == 1:
        return models[0]
    if not models:
        raise ServerUnusableError(
            f"The server {server.name} has no model loaded.",
            hint="Load one in it; or name it: `flawmark servers add … --model NAME`.",
        )
    raise ServerUnusableError(
        f"The server {server.name} has several models: {listed(models)}.",
        hint=f"Say which is meant: `flawmark servers add {server.name} {server.url} --model …`.",
    )
