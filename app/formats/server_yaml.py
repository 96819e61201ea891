"""The servers of language models that this machine knows, as the YAML that they are kept in."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import yaml

from app.core.chat import ChatServer
from app.formats.plain_yaml import Marked, load_marked

_TOP = "servers"
_USUAL = {each.name: each for each in fields(ChatServer) if each.name != "name"}


def servers_from_yaml(text: str) -> tuple[ChatServer, ...]:
    """In the order of the file. Raises ValueError that names line and field."""
    content = _mapping(load_marked(text), "the file")
    for name, held in content.items():
        if name != _TOP:
            raise ValueError(f"there is no {name!r} (line {held.line}), only {_TOP!r}")
    listed = content.get(_TOP)
    if listed is None or listed.value == "":
        return ()
    return tuple(_server(name, held) for name, held in _mapping(listed, _TOP).items())


def servers_to_yaml(servers: Sequence[ChatServer]) -> str:
    """What `servers_from_yaml` reads back as the same; what is as usual is left out."""
    held = {server.name: _said(server) for server in servers}
    return yaml.safe_dump({_TOP: held}, allow_unicode=True, sort_keys=False, width=100)


def _said(server: ChatServer) -> dict[str, Any]:
    values = {name: getattr(server, name) for name in _USUAL}
    return {n: v for n, v in values.items() if v != _USUAL[n].default}


def _server(name: str, held: Marked) -> ChatServer:
    place = f"the server {name!r}"
    said = _mapping(held, place)
    for field, value in said.items():
        if field not in _USUAL:
            raise ValueError(
                f"{field!r} in line {value.line} is no field; there is {', '.join(_USUAL)}"
            )
    if "url" not in said:
        raise ValueError(f"{place} in line {held.line} has no url")
    try:
        return ChatServer(name, **{field: _value(field, v) for field, v in said.items()})
    except ValueError as e:
        raise ValueError(f"{place} in line {held.line}: {e}") from e


def _value(field: str, held: Marked) -> Any:  # noqa: ANN401 - as the field is
    if not isinstance(held.value, str):
        raise ValueError(f"{field} must be one text or number")
    kind = type(_USUAL[field].default)
    if kind not in (int, float):
        return held.value
    try:
        return int(held.value) if kind is int else float(held.value)
    except ValueError as e:
        raise ValueError(f"{field} must be a number, not {held.value!r}") from e


def _mapping(held: Marked, place: str) -> Mapping[str, Marked]:
    if not isinstance(held.value, Mapping):
        if held.value == "":
            return {}
        raise ValueError(f"{place} must be lines `name: value` (line {held.line})")
    return held.value
