"""Which servers of language models this machine knows, and talking with one of them."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import platformdirs

from app.core.chat import ChatServer, ServerUnusableError
from app.core.errors import UserError
from app.core.stopping import Stop
from backends.chat.client import ServerChat

ANSWERS = "answers"
"""The folder of kept answers inside a project's cache."""


def servers_file() -> Path:
    """FLAWMARK_SERVERS, or servers.yaml where the system keeps what programs are set to."""
    named = os.environ.get("FLAWMARK_SERVERS")
    return Path(named or Path(platformdirs.user_config_dir("flawmark")) / "servers.yaml")


def is_any_server() -> bool:
    """Whether one is configured, as far as can be told without reading the list."""
    with suppress(OSError):
        return servers_file().stat().st_size > 0
    return False


def list_servers() -> tuple[ChatServer, ...]:
    """The first one is meant where none is named. Raises UserError for a damaged list."""
    from app.formats.server_yaml import servers_from_yaml

    file = servers_file()
    try:
        return servers_from_yaml(file.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as e:
        raise UserError(
            f"The list of servers {file} can't be read: {_reason(e)}.",
            hint="Mend it, or delete it and add your servers again with `flawmark servers add`.",
        ) from e


def find_server(name: str | None = None) -> ChatServer:
    """That of `name`, or the first. Raises UserError when there is none such."""
    servers = list_servers()
    if not servers:
        raise UserError(
            "No server of a language model is configured on this machine.",
            hint="Add one with `flawmark servers add NAME URL --vlm VLM`, for example a vLLM on "
            "this machine: `flawmark servers add here http://127.0.0.1:8000/v1 --vlm qwen2.5-vl`.",
        )
    found = servers[0] if name is None else next((s for s in servers if s.name == name), None)
    if found is None:
        raise UserError(
            f"There is no server {name}; there is {', '.join(s.name for s in servers)}.",
            hint="`flawmark servers` lists them.",
        )
    return found


def changed_server(name: str, url: str, given: Mapping[str, str | float | None]) -> ChatServer:
    """The server `name` as it is kept, or a new one, with the fields of `given` that aren't None.

    An address without a path gets the /v1 that such servers answer at.
    Raises UserError for what can't be.
    """
    from app.conversations.targets.vlms import VLMS

    known = next((server for server in list_servers() if server.name == name), None)
    changes: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
    vlms = [vlm.name for vlm in VLMS]
    if changes.get("vlm") and changes["vlm"] not in vlms:
        raise UserError(
            f"There is no VLM {changes['vlm']} in the table: it has {', '.join(vlms)}.",
            hint="Name the one that your model belongs to, or is trained from.",
        )
    try:
        server = replace(known or ChatServer(name, url), url=url, **changes)
    except ValueError as e:
        raise UserError(f"That is no server: {e}.", hint="`flawmark servers add --help`.") from e
    bare = urlsplit(url).path in ("", "/")
    return replace(server, url=url.rstrip("/") + "/v1") if bare else server


def add_server(server: ChatServer) -> None:
    """In the place of any other of its name, else at the end.

    Raises UserError when the list can't be read or written.
    """
    known = list_servers()
    if any(each.name == server.name for each in known):
        _write([server if each.name == server.name else each for each in known])
    else:
        _write([*known, server])


def remove_server(name: str) -> ChatServer:
    """Raises UserError when there is none of that name."""
    removed = find_server(name)
    _write([each for each in list_servers() if each.name != name])
    return removed


def prefer_server(name: str) -> ChatServer:
    """From now on it is meant where none is named. Raises UserError when there is none such."""
    chosen = find_server(name)
    _write([chosen, *(each for each in list_servers() if each.name != name)])
    return chosen


def chat_with(server: ChatServer, cache: Path | None, *, stop: Stop | None = None) -> ServerChat:
    """A Chat, ready to be asked; nothing is sent yet. Answers are kept in `cache`, a project's.

    Requesting `stop` ends what is under way, which raises Cancelled then.
    Raises ServerUnusableError when the variable that holds its key isn't set.
    """
    kept = None if cache is None else cache / ANSWERS
    return ServerChat(server, key=_key_of(server), kept=kept, stop=stop)


def _key_of(server: ChatServer) -> str:
    if not server.key_variable:
        return ""
    key = os.environ.get(server.key_variable, "").strip()
    if not key:
        raise ServerUnusableError(
            f"The server {server.name} wants a key, and the variable {server.key_variable} isn't "
            "set.",
            hint=f"Set {server.key_variable} to the key in the environment that you start "
            "flawmark from.",
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ServerUnusableError(
            f"What {server.key_variable} holds is no key: a key is one word of ASCII characters.",
            hint="Set it to the key alone.",
        )
    return key


def _write(servers: Sequence[ChatServer]) -> None:
    """Whole or not at all; without any server the file goes."""
    from app.formats.server_yaml import servers_to_yaml

    file = servers_file()
    beside = file.with_name(f".{file.name}.{uuid4().hex[:8]}")
    try:
        if not servers:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8") as opened:
            opened.write(servers_to_yaml(servers))
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)
    except OSError as e:
        raise UserError(
            f"The list of servers {file} can't be written: {_reason(e)}.",
            hint="Make room or change the folder's rights, or set FLAWMARK_SERVERS to another "
            "file.",
        ) from e
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _reason(error: OSError | ValueError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
