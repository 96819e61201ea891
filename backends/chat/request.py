"""What a server is sent: the body of a request, and the key that its answer is kept by."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from app.core.chat import ChatMessage

_LAYOUT = 2  # part of every key, so that answers that were kept in another way are not found
_LIVELY = 0.7  # temperature


def request_body(
    model: str, messages: Sequence[ChatMessage], *, most_tokens: int, attempt: int
) -> dict[str, Any]:
    """In OpenAI's chat protocol.

    The first attempt takes the likeliest words; those after it, which want others, are drawn by
    chance, each by a seed of its own.
    """
    return {
        "model": model,
        "messages": [_message(message) for message in messages],
        "max_tokens": most_tokens,
        "temperature": _LIVELY if attempt else 0.0,
        "seed": attempt,
    }


def key_of(
    server: str,
    model: str,
    messages: Sequence[ChatMessage],
    *,
    most_tokens: int,
    attempt: int,
) -> str:
    """The same for the same request to the server of that name: 64 hexadecimal digits.

    Its address may change; but two servers may call different models the same, as before and after
    a training.
    """
    said = [
        (message.role, message.text, [(p.media_type, _digest(p.content)) for p in message.pictures])
        for message in messages
    ]
    return _digest(json.dumps([_LAYOUT, server, model, said, most_tokens, attempt]).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _message(message: ChatMessage) -> dict[str, Any]:
    if not message.pictures:  # as plain text: models without eyes take no other
        return {"role": message.role, "content": message.text}
    pictures = [
        {
            "type": "image_url",
            "image_url": {"url": f"data:{p.media_type};base64,{b64encode(p.content).decode()}"},
        }
        for p in message.pictures
    ]
    return {"role": message.role, "content": [*pictures, {"type": "text", "text": message.text}]}
