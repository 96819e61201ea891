"""The multimodal record of one image, before any trainer's words."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. See `app.conversations.grounding` for what may stand for boxes in `content`."""

    role: Role
    content: str
