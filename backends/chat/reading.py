"""What a server sends, and what of it is an answer."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.core.chat import ChatReply

_SHOWN_MODELS = 12
_MOST_SAID = 300  # characters of a refusal: some send their whole trace
_THOUGHT, _THOUGHT_ENDS = "<think>", "</think>"


class NoAnswerError(Exception):
    """What came is no answer; the message says why, after "the server"."""


def read_reply(content: bytes, asked_model: str) -> ChatReply:
    """The first choice of a chat completion, without what a model thought aloud before it.

    Raises NoAnswerError.
    """
    told = _json(content)
    choices = told.get("choices")
    if not isinstance(choices, Sequence) or isinstance(choices, str) or not choices:
        said = _refusal(told)
        raise NoAnswerError(f"says: {said}" if said else "sent an answer without any choice")
    choice = _mapping(choices[0])
    is_cut = choice.get("finish_reason") == "length"
    text = _said(_mapping(choice.get("message")).get("content"))
    if not text:
        raise NoAnswerError(
            "used up its tokens before it said anything" if is_cut else "answered with no words"
        )
    usage = _mapping(told.get("usage"))
    model = told.get("model")
    return ChatReply(
        text,
        model if isinstance(model, str) and model else asked_model,
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
        is_cut,
    )


def read_models(content: bytes) -> list[str]:
    """The names of the models that a server lists. Raises NoAnswerError."""
    listed = _json(content).get("data")
    if not isinstance(listed, list):
        raise NoAnswerError("sent no list of models")
    names = [_mapping(each).get("id") for each in listed]
    return [name for name in names if isinstance(name, str)]


def message_of(content: bytes) -> str:
    """What a refusal says in words, "" where it says nothing that a person could use."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    return _refusal(told) if isinstance(told, Mapping) else ""


def _refusal(told: Mapping[str, Any]) -> str:
    """vLLM, SGLang and LM Studio each put it elsewhere."""
    error = told.get("error")
    found = _mapping(error).get("message") or error or told.get("message") or told.get("detail")
    return " ".join(found.split())[:_MOST_SAID] if isinstance(found, str) else ""


def _said(content: object) -> str:
    if isinstance(content, list):  # parts, as some servers answer in
        content = "".join(str(_mapping(part).get("text") or "") for part in content)
    if not isinstance(content, str):
        return ""
    # A lone half of a character, which JSON can hold, could neither be stored nor shown.
    content = content.encode(errors="replace").decode()
    # A model's template may open the thought itself, so that only its end is sent.
    said = content.rpartition(_THOUGHT_ENDS)[2].strip()
    return "" if said.startswith(_THOUGHT) else said


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as e:
        raise NoAnswerError("sent something that is no JSON") from e
    if not isinstance(told, Mapping):
        raise NoAnswerError("sent JSON that is no answer")
    return told


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def listed(models: Sequence[str]) -> str:
    """Their names for a sentence, shortened where there are very many."""
    more = len(models) - _SHOWN_MODELS
    return ", ".join(models[:_SHOWN_MODELS]) + (f" and {more} more" if more > 0 else "")
