"""Where a model lies on a hub, as people type it, and which of a repository's files make it up."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.core.errors import UserError
from backends.weights import HUGGING_FACE_FILES

PREFIX = "hf:"
CONFIG = "config.json"

_PLACE = re.compile(
    r"hf:(?P<repository>[\w.-]+/[\w.-]+)(@(?P<revision>[\w.-]+))?(/(?P<file>.+))?", re.ASCII
)
_LOOSE_SUFFIXES = (".pt", ".pth", ".onnx")
_SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")


@dataclass(frozen=True, slots=True)
class HubPlace:
    """`file` None: whatever in the repository makes up a model."""

    repository: str
    revision: str = "main"
    file: str | None = None

    def __str__(self) -> str:
        return f"{PREFIX}{self.repository}@{self.revision}" + (f"/{self.file}" if self.file else "")


def is_hub_place(text: str) -> bool:
    return text.startswith(PREFIX)


def parse_place(text: str) -> HubPlace:
    """`hf:OWNER/NAME`, with `@REVISION` and `/FILE` where wanted. Raises UserError."""
    found = _PLACE.fullmatch(text)
    if found is None or not is_plain(found["file"] or ""):
        raise UserError(
            f"{text} names no place on a hub.",
            hint="Write hf:OWNER/NAME or hf:OWNER/NAME/FILE, such as "
            "hf:IDEA-Research/grounding-dino-tiny",
        )
    return HubPlace(found["repository"], found["revision"] or "main", found["file"])


def is_plain(name: str) -> bool:
    """Whether a file's name stays in its folder on every system."""
    return ".." not in name.split("/") and not name.startswith("/") and "\\" not in name


def holds_folder_model(names: Collection[str]) -> bool:
    """Whether a repository holds a model as published for transformers."""
    return CONFIG in names and bool(_folder_weights(names))


def folder_files(names: Collection[str]) -> list[str]:
    """What of such a repository is needed; the weights once, where it has them in several forms."""
    return [name for name in HUGGING_FACE_FILES if name in names] + _folder_weights(names)


def single_file(place: HubPlace, names: Collection[str]) -> str:
    """The one weight file that `place` means. Raises UserError when that can't be told."""
    loose = sorted(n for n in names if PurePosixPath(n).suffix.lower() in _LOOSE_SUFFIXES)
    if place.file is not None and place.file in names:
        return place.file
    if place.file is None and len(loose) == 1:
        return loose[0]
    what = (
        f"{PREFIX}{place.repository} has no file {place.file}."
        if place.file
        else f"{PREFIX}{place.repository} holds {len(loose)} weight files; one is expected."
    )
    raise UserError(what, hint=_which(place, loose))


def _which(place: HubPlace, loose: Sequence[str]) -> str:
    if not loose:
        return "Give a repository of a YOLO, GroundingDINO or Segment Anything model."
    return "Say which: " + ", ".join(f"{PREFIX}{place.repository}/{name}" for name in loose[:10])


def _folder_weights(names: Collection[str]) -> list[str]:
    if "model.safetensors" in names:
        return ["model.safetensors"]
    if "model.safetensors.index.json" in names:
        return ["model.safetensors.index.json", *sorted(filter(_SHARD.fullmatch, names))]
    return [name for name in ("pytorch_model.bin",) if name in names]
