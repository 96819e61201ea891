"""Talk with a language model that answers on a server, of the team or of this machine."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from math import isfinite
from typing import Protocol
from urllib.parse import urlsplit

from app.core.conversation import Role
from app.core.errors import UserError

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class ChatServer:
    """An address that speaks OpenAI's chat protocol: vLLM, SGLang, LM Studio, llama.cpp …

    `model` is what the server calls the model, "" for the only one it has. `vlm` names the row of
    the table of VLMs that it belongs to, by which boxes are asked for and read; "" for a model that
    sees no pictures. `key_variable` is the environment variable that holds the key, "" where none
    is wanted: a key itself is never kept. Prices are for a million tokens, in any currency.
    `timeout_s` is for one try, from asking to the last word of the answer; `retries` are the tries
    after the first. `at_once` is how many requests it is sent at a time.

    Raises ValueError, worded for people, for what can't be.
    """

    name: str
    url: str
    model: str = ""
    vlm: str = ""
    key_variable: str = ""
    timeout_s: float = 60.0
    retries: int = 2
    at_once: int = 4
    price_in: float = 0.0
    price_out: float = 0.0

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.name.isprintable():
            raise ValueError("a server needs a name, on one line")
        _check_address(self.url)
        if self.key_variable and not _VARIABLE.fullmatch(self.key_variable):
            # Not repeated here: it may be the key.
            raise ValueError(
                "key_variable is the name of an environment variable (letters, digits and _), not "
                "the key"
            )
        if not (isfinite(self.timeout_s) and self.timeout_s > 0):
            raise ValueError(f"timeout_s must be above 0, not {self.timeout_s:g}")
        if self.retries < 0:
            raise ValueError(f"retries must be 0 or more, not {self.retries}")
        if self.at_once < 1:
            raise ValueError(f"at_once must be 1 or more, not {self.at_once}")
        for name, price in (("price_in", self.price_in), ("price_out", self.price_out)):
            if not (isfinite(price) and price >= 0):
                raise ValueError(f"{name} must be 0 or more, not {price:g}")

    @property
    def sees(self) -> bool:
        return bool(self.vlm)

    @property
    def is_on_this_machine(self) -> bool:
        """By its address: what is sent there doesn't leave the machine."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)  # what is no port is told when it is asked for
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or not url.isprintable() or any(c.isspace() for c in url):
        raise ValueError(f"an address is as http://127.0.0.1:8000/v1, not {url!r}")
    if parts.username is not None or parts.query or parts.fragment:
        # Not repeated here: what stands there may be a key.
        raise ValueError("an address holds no names, keys, ? or #")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file's content, as it travels. `media_type` as in "image/png"."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """`pictures` stand before the text."""

    role: Role
    text: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatReply:
    """`model` is who answered, as the server says. `is_cut`: it ran out of tokens.

    `is_kept`: the same was asked before, and its answer was still there; it cost nothing now.
    """

    text: str
    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    is_cut: bool = False
    is_kept: bool = False


class ServerUnusableError(UserError):
    """Asking it anything else won't help: it isn't there, or doesn't let this machine in."""


class Chat(Protocol):
    """One server, ready to be asked; may be asked from several threads at once."""

    @property
    def server(self) -> ChatServer: ...

    def model(self) -> str:
        """Who is asked, as the server calls it. Raises as `ask` does where it must be asked."""

    def ask(
        self, messages: Sequence[ChatMessage], *, most_tokens: int = 1024, attempt: int = 0
    ) -> ChatReply:
        """Answers that are asked for again are the same ones, unless `attempt` is another.

        Raises UserError when the server refuses, is too slow, or answers what is no answer, after
        as many tries as it is set to; of these ServerUnusableError when it can't be reached,
        doesn't take the key, or hasn't the model. Raises Cancelled once it was asked to stop.
        """


@dataclass(frozen=True, slots=True)
class Usage:
    """What was asked of a server. `cost` is in the currency of its prices; kept answers cost
    nothing."""

    asked: int = 0
    kept: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0

    def with_reply(self, reply: ChatReply, server: ChatServer) -> "Usage":
        if reply.is_kept:
            return Usage(self.asked, self.kept + 1, self.tokens_in, self.tokens_out, self.cost)
        paid = reply.tokens_in * server.price_in + reply.tokens_out * server.price_out
        return Usage(
            self.asked + 1,
            self.kept,
            self.tokens_in + reply.tokens_in,
            self.tokens_out + reply.tokens_out,
            self.cost + paid / 1_000_000,
        )
