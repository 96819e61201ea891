"""Trying a server of a language model: does it answer, which models has it, does it see?"""

import re
import time
from dataclasses import dataclass, replace

from app.core.chat import Chat, ChatMessage, ChatServer, Picture, ServerUnusableError
from app.core.errors import UserError
from app.core.stopping import Stop
from app.services.chat_servers import chat_with

_FEW_TOKENS = 256  # for one word, and for a model that thinks before it
_PICTURE_PX = 112
_RED = re.compile(r"\bred\b|红", re.IGNORECASE)  # not as in "no picture was shared"


@dataclass(frozen=True, slots=True)
class ServerTrial:
    """What came of trying a server. `sees` is what it did with a picture: None where it wasn't
    shown one, as `note` tells. `models` is what it calls all that it has."""

    models: tuple[str, ...]
    model: str
    answer_s: float
    sees: bool | None = None
    note: str = ""


def try_server(server: ChatServer, *, stop: Stop | None = None) -> ServerTrial:
    """Asks for its models, for one word, and what colour a picture has. Nothing is kept.

    Each is asked once: what fails now and then is to be seen. Raises UserError as asking does.
    """
    chat = chat_with(replace(server, retries=0), None, stop=stop)
    models = tuple(chat.models())
    model = chat.model()
    began_s = time.monotonic()
    chat.ask([ChatMessage("user", "Answer with one word: ready")], most_tokens=_FEW_TOKENS)
    answer_s = time.monotonic() - began_s
    sees, note = _sight(chat)
    return ServerTrial(models, model, answer_s, sees, note)


def _sight(chat: Chat) -> tuple[bool | None, str]:
    """Whether it sees a red picture, and what speaks against it; not shown where `vlm` is ""."""
    if not chat.server.sees:
        return None, "It is asked about texts alone, since it was added without --vlm."
    question = ChatMessage("user", "What colour is this picture? One word.", (_red_picture(),))
    try:
        said = chat.ask([question], most_tokens=_FEW_TOKENS).text
    except ServerUnusableError:
        raise
    except UserError as e:
        return False, e.what
    if _RED.search(said):
        return True, ""
    return False, f"Shown a red picture and asked for its colour, it said: {said}"


def _red_picture() -> Picture:
    import numpy as np

    from app.imaging.opencv import cv2

    bgr = np.zeros((_PICTURE_PX, _PICTURE_PX, 3), np.uint8)
    bgr[..., 2] = 255
    return Picture(cv2.imencode(".png", bgr)[1].tobytes(), "image/png")
