"""What goes wrong between here and a server: whether it may pass, and how a person is told."""

import os
import socket
import ssl
import time
from collections.abc import Sequence
from email.utils import parsedate_to_datetime

import httpx2
from openai import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
)

from app.core.chat import ChatServer, ServerUnusableError
from app.core.errors import UserError
from backends.chat.reading import NoAnswerError, listed, message_of

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 60.0
_NO_HTTPS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}
_MAY_PASS = {408, 409, 425, 429}


def pause_s(error: Exception, *, tried: int) -> float | None:
    """How long to wait before another try, after `tried` retries; None when none would help."""
    backoff_s = _FIRST_PAUSE_S * 2.0**tried
    if not isinstance(error, APIStatusError):
        return backoff_s
    if error.status_code not in _MAY_PASS and error.status_code < 500:
        return None
    wanted_s = _wanted_pause_s(error.response)
    if wanted_s is not None and wanted_s > _LONGEST_PAUSE_S:
        return None
    return backoff_s if wanted_s is None else wanted_s


def in_words(error: Exception, server: ChatServer, key: str) -> UserError:
    """For APIError, NoAnswerError and TimeoutError. What the server says is told without `key`."""
    match error:
        case TimeoutError() | APITimeoutError():
            return _too_slow(server, error)
        case APIStatusError():
            return _refused(error, server, key)
        case APIConnectionError() if isinstance(
            error.__cause__, httpx2.ConnectError | httpx2.ProxyError
        ):
            return unreachable(server, _reason(error))
        case APIConnectionError():
            return UserError(
                f"The connection to the server {server.name} broke off: "
                f"{_without(key, _reason(error))}.",
                hint="Does it still run? Its own log may say what ended it.",
            )
        case NoAnswerError():
            return UserError(
                f"The server {server.name} {_without(key, str(error)).rstrip('.')}.",
                hint=f"`flawmark servers test {server.name}` tries it; its own log may say more.",
            )
    return UserError(
        f"The server {server.name} can't be understood: {_without(key, str(error))}.",
        hint=f"Does {server.url} speak OpenAI's protocol? Addresses mostly end in /v1.",
    )


def model_missing(server: ChatServer, model: str, models: Sequence[str]) -> UserError:
    """For a server that hasn't `model`, but `models`."""
    has = f"it has {listed(models)}" if models else "it has none loaded"
    return ServerUnusableError(
        f"The server {server.name} has no model {model}: {has}.",
        hint=f"Name one that it has: `flawmark servers add {server.name} {server.url} --model …`.",
    )


def _too_slow(server: ChatServer, error: Exception) -> UserError:
    if isinstance(error.__cause__, httpx2.ConnectTimeout):
        return unreachable(server, "nothing answers at that address")
    return UserError(
        f"The server {server.name} did not answer within {server.timeout_s:g} s.",
        hint="It may be loading or busy: try again later, or give it longer with "
        f"`flawmark servers add {server.name} {server.url} --timeout SECONDS`.",
    )


def unreachable(server: ChatServer, reason: str) -> UserError:
    """For a server that nothing can be sent to."""
    proxies = (
        "" if server.is_on_this_machine else " Proxies are taken from HTTPS_PROXY and NO_PROXY."
    )
    return ServerUnusableError(
        f"The server {server.name} can't be reached at {server.url}: {reason}.",
        hint=f"Is it started, and is the address right? `flawmark servers test {server.name}` "
        f"tries it.{proxies}",
    )


def _refused(error: APIStatusError, server: ChatServer, key: str) -> UserError:
    said = _without(key, message_of(error.response.content))
    why = f": {said.rstrip('.')}" if said else ""
    match error.status_code:
        case 401 | 403:
            return _not_let_in(server, error.status_code, why, has_key=bool(key))
        case 404:
            return ServerUnusableError(
                f"Nothing at {server.url} answers chats (404{why}).",
                hint="Addresses of such servers mostly end in /v1; add it again with the right "
                "one.",
            )
        case 407:
            return ServerUnusableError(
                f"The proxy on the way to the server {server.name} wants a password.",
                hint="Set it in HTTPS_PROXY, or name the server's host in NO_PROXY.",
            )
        case 429:
            return UserError(
                f"The server {server.name} has too much to do{_in_how_long(error)}{why}.",
                hint="Try again later: what was answered is kept. Or ask less of it at once: "
                "--at-once 1.",
            )
    if 300 <= error.status_code < 400:
        return ServerUnusableError(
            f"The server {server.name} sends requests on to another address, which is not "
            "followed: photos go only where they were meant to.",
            hint="If that address is right, add the server with it.",
        )
    if error.status_code >= 500:
        return UserError(
            f"The server {server.name} failed ({error.status_code}{why}).",
            hint="Its own log says more. Try again when it is well; what was answered is kept.",
        )
    return _not_taken(server, error.status_code, why)


def _not_taken(server: ChatServer, status: int, why: str) -> UserError:
    hint = "Does the model see pictures, and is its context long enough for them?"
    if status == 413:
        hint = "The picture is too large for it; let the server take larger requests."
    return UserError(
        f"The server {server.name} does not take the request ({status}{why}).", hint=hint
    )


def _not_let_in(server: ChatServer, status: int, why: str, *, has_key: bool) -> UserError:
    if has_key:
        hint = f"Set {server.key_variable} to a key that it takes."
    else:
        hint = (
            "Put its key into an environment variable, and name that: `flawmark servers add "
            f"{server.name} {server.url} --key-variable NAME`."
        )
    taken = "does not take the key" if has_key else "wants a key"
    return ServerUnusableError(f"The server {server.name} {taken} ({status}{why}).", hint=hint)


def _in_how_long(error: APIStatusError) -> str:
    wanted_s = _wanted_pause_s(error.response)
    if wanted_s is None or wanted_s < 1:
        return ""
    return f", for {wanted_s:.0f} s" if wanted_s < 120 else f", for {wanted_s / 60:.0f} min"


def _wanted_pause_s(response: httpx2.Response) -> float | None:
    """Retry-After, in seconds or as a date (RFC 9110, 10.2.3); None without a usable one."""
    told = response.headers.get("retry-after", "")
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if seconds == seconds else None


def _reason(error: APIError) -> str:
    """The innermost one: those around it say "connection error"."""
    cause: BaseException = error
    while cause.__cause__ is not None or cause.__context__ is not None:
        cause = cause.__cause__ or cause.__context__ or cause
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted here ({cause.verify_message})"
    if isinstance(cause, ssl.SSLError):
        return "it does not speak https" if cause.reason in _NO_HTTPS else str(cause.reason)
    if isinstance(cause, socket.gaierror):
        return "there is no host of that name"
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno)
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0].rstrip(".")


def _without(key: str, text: str) -> str:
    return text.replace(key, "…") if key else text
