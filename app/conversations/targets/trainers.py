"""The rows that trainers take: how turns, the photo and its boxes are laid out in JSON, and back.

Read in ms-swift 4.6.0 (https://swift.readthedocs.io/en/latest/Customization/Custom-dataset.html),
LLaMA-Factory 0.9.5 (data/README.md) and TRL 0.29 (https://huggingface.co/docs/trl/dataset_formats).
A column holds the same type in every row: the `datasets` library refuses files where it doesn't.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol, cast, get_args

from app.conversations.targets.frames import Numbers
from app.conversations.targets.sizes import (
    MOST_LLAMA_FACTORY_PX,
    Limits,
    hf_size,
    llama_factory_opened,
    llama_factory_size,
    swift_limits,
    swift_size,
)
from app.core.conversation import IMAGE, Message, Role
from app.core.errors import UserError

Row = dict[str, object]

ROLES: tuple[Role, ...] = get_args(Role)


BoxKind = Literal["real", "norm1"]
"""Pixels of the file, or shares of its sides."""
BOX_KINDS: tuple[BoxKind, ...] = get_args(BoxKind)


@dataclass(slots=True)
class Objects:
    """What ms-swift fills a text with, in the order in which the text asks for it."""

    refs: list[str]
    boxes: list[Numbers]
    kind: BoxKind = "real"


class Trainer(Protocol):
    """`fills` says that it puts names and boxes in the text itself, for VLMs that it knows."""

    name: str
    fills: bool

    def __hash__(self) -> int: ...

    def opened(self, width_px: int, height_px: int, most_px: int | None) -> tuple[int, int]:
        """The size at which it hands a picture to a processor that has a way of its own. `most_px`
        is what the trainer is told to take, None for its default. Raises UserError for a picture
        that it refuses."""

    def resized(
        self, width_px: int, height_px: int, limits: Limits, most_px: int | None
    ) -> tuple[int, int]:
        """The size at which a VLM sees a picture whose processor in transformers has `limits` and
        resizes as Qwen2-VL's does. Raises UserError for a picture that is refused."""

    def row(self, turns: Sequence[Message], image: str, objects: Objects | None) -> Row:
        """`image` is an absolute path; each turn's text has IMAGE where the photo stands."""

    def turns(self, row: Mapping[str, object]) -> tuple[Message, ...]:
        """Raises UserError for what this trainer would not read as a conversation."""

    def command(self, dataset: Path, settings: "Settings") -> str:
        """One line for a shell. MODEL in it is for people to fill in."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a VLM wants of the trainers; "" and None leave it to them."""

    template: str = ""
    box_format: str = ""
    most_px: int | None = None


class MsSwift:
    name = "ms-swift"
    fills = True

    def opened(self, width_px: int, height_px: int, most_px: int | None) -> tuple[int, int]:
        return width_px, height_px

    def resized(
        self, width_px: int, height_px: int, limits: Limits, most_px: int | None
    ) -> tuple[int, int]:
        return swift_size(width_px, height_px, swift_limits(limits.factor_px, most_px))

    def row(self, turns: Sequence[Message], image: str, objects: Objects | None) -> Row:
        row: Row = {"messages": _plain(turns), "images": [image]}
        if objects is not None:
            row["objects"] = {
                "ref": objects.refs,
                "bbox": [list(box) for box in objects.boxes],
                "bbox_type": objects.kind,
                "image_id": [0] * len(objects.boxes),
            }
        return row

    def turns(self, row: Mapping[str, object]) -> tuple[Message, ...]:
        return _from_plain(row)

    def command(self, dataset: Path, settings: Settings) -> str:
        environment = {
            "QWENVL_BBOX_FORMAT": settings.box_format,
            "MAX_PIXELS": str(settings.most_px or ""),
        }
        return _line(
            *(f"{name}={value}" for name, value in environment.items() if value),
            *("swift", "sft", "--model", "MODEL", "--dataset", str(dataset), "--strict", "true"),
            # Else it asks its maker's server whether the model is the newest, also for a folder.
            *("--check_model", "false", "--output_dir", "OUTPUT"),
        )


class LlamaFactory:
    name = "llama-factory"
    fills = False

    def opened(self, width_px: int, height_px: int, most_px: int | None) -> tuple[int, int]:
        return llama_factory_opened(width_px, height_px, most_px or MOST_LLAMA_FACTORY_PX)

    def resized(
        self, width_px: int, height_px: int, limits: Limits, most_px: int | None
    ) -> tuple[int, int]:
        return llama_factory_size(width_px, height_px, limits, most_px or MOST_LLAMA_FACTORY_PX)

    def row(self, turns: Sequence[Message], image: str, objects: Objects | None) -> Row:
        return {"messages": _plain(turns), "images": [image]}

    def turns(self, row: Mapping[str, object]) -> tuple[Message, ...]:
        return _from_plain(row)

    def command(self, dataset: Path, settings: Settings) -> str:
        options = {
            "stage": "sft",
            "do_train": "true",
            "finetuning_type": "lora",
            "model_name_or_path": "MODEL",
            "template": settings.template,
            "dataset_dir": str(dataset.parent),
            "dataset": dataset.stem,
            "image_max_pixels": str(settings.most_px or MOST_LLAMA_FACTORY_PX),
            "output_dir": "OUTPUT",
        }
        given = (word for name, value in options.items() for word in (f"--{name}", value))
        return _line("llamafactory-cli", "train", *given)


class Messages:
    """Content in blocks, as chat templates of transformers and so TRL take it.

    In a plain string TRL would put the photo in front and leave `<image>` in the text.
    """

    name = "messages"
    fills = False

    def opened(self, width_px: int, height_px: int, most_px: int | None) -> tuple[int, int]:
        return width_px, height_px

    def resized(
        self, width_px: int, height_px: int, limits: Limits, most_px: int | None
    ) -> tuple[int, int]:
        return hf_size(width_px, height_px, replace(limits, most_px=most_px or limits.most_px))

    def row(self, turns: Sequence[Message], image: str, objects: Objects | None) -> Row:
        messages = [{"role": turn.role, "content": _blocks(turn.content)} for turn in turns]
        return {"messages": messages, "images": [image]}

    def turns(self, row: Mapping[str, object]) -> tuple[Message, ...]:
        return tuple(
            Message(role, _from_blocks(content, n))
            for n, (role, content) in enumerate(_raw_turns(row), start=1)
        )

    def command(self, dataset: Path, settings: Settings) -> str:
        return _line(
            *("trl", "sft", "--model_name_or_path", "MODEL", "--dataset_name"),
            str(dataset.parent),
        )


_ALL: tuple[Trainer, ...] = (MsSwift(), LlamaFactory(), Messages())
TRAINERS: Mapping[str, Trainer] = {trainer.name: trainer for trainer in _ALL}


def dataset_info(files: Mapping[str, str]) -> dict[str, object]:
    """What LLaMA-Factory's dataset_info.json says of these files, by the names to train them by.

    The names of files are relative to its folder. Without `system_tag` LLaMA-Factory drops every
    row that begins with a system text; as "openai" it would add words to it.
    """
    tags = {
        "role_tag": "role",
        "content_tag": "content",
        "user_tag": "user",
        "assistant_tag": "assistant",
        "system_tag": "system",
    }
    return {
        name: {
            "file_name": file_name,
            "formatting": "sharegpt",
            "columns": {"messages": "messages", "images": "images"},
            "tags": tags,
        }
        for name, file_name in files.items()
    }


def tells_types(row: Mapping[str, object]) -> bool:
    """Whether the `datasets` library can tell the types of all columns from this row.

    It learns them from the first 10 MB of a file and fails on later rows that differ, empty lists
    among them. So a file must begin with such a row, when it has one.
    """
    objects = row.get("objects")
    return not isinstance(objects, Mapping) or bool(objects.get("bbox"))


def images_of(row: Mapping[str, object]) -> tuple[str, ...]:
    """The paths of a row's photos. Raises UserError when they are not listed as texts."""
    images = row.get("images")
    if isinstance(images, list) and all(isinstance(image, str) for image in images):
        return tuple(images)
    raise UserError(
        "`images` is not a list of paths",
        hint='Every row names its photo: "images": ["/path/photo.png"].',
    )


def objects_of(row: Mapping[str, object]) -> Objects | None:
    """What ms-swift would fill in. Raises UserError when it isn't names and boxes."""
    objects = row.get("objects")
    if objects is None:
        return None
    if isinstance(objects, Mapping):
        refs, boxes = objects.get("ref") or [], objects.get("bbox") or []
        kind = objects.get("bbox_type") or "real"
        if _are_names(refs) and _are_boxes(boxes) and kind in BOX_KINDS:
            return Objects(refs, [cast(Numbers, tuple(box)) for box in boxes], kind)
    raise UserError(
        "`objects` is not names and boxes of four numbers",
        hint='Write {"ref": [name, ...], "bbox": [[left, top, right, bottom], ...], '
        '"bbox_type": "real"}.',
    )


def _are_names(refs: object) -> bool:
    return isinstance(refs, list) and all(isinstance(ref, str) for ref in refs)


def _are_boxes(boxes: object) -> bool:
    return isinstance(boxes, list) and all(
        isinstance(box, list) and len(box) == 4 and all(isinstance(n, int | float) for n in box)
        for box in boxes
    )


def _plain(turns: Sequence[Message]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in turns]


def _from_plain(row: Mapping[str, object]) -> tuple[Message, ...]:
    turns = []
    for n, (role, content) in enumerate(_raw_turns(row), start=1):
        if not isinstance(content, str):
            raise UserError(
                f"turn {n}: `content` is not a text", hint="This trainer takes plain texts."
            )
        turns.append(Message(role, content))
    return tuple(turns)


def _raw_turns(row: Mapping[str, object]) -> list[tuple[Role, object]]:
    messages = row.get("messages")
    if not isinstance(messages, list) or not messages:
        raise UserError("`messages` is not a list of turns", hint="Every row holds a conversation.")
    turns: list[tuple[Role, object]] = []
    for n, message in enumerate(messages, start=1):
        if not isinstance(message, Mapping) or message.get("role") not in ROLES:
            raise UserError(
                f"turn {n} has no role that trainers know",
                hint=f"Give each turn a role: {', '.join(ROLES)}.",
            )
        turns.append((message["role"], message.get("content")))
    return turns


def _blocks(text: str) -> list[dict[str, str]]:
    first, *others = text.split(IMAGE)
    blocks = [{"type": "text", "text": first}] if first else []
    for other in others:
        blocks.append({"type": "image"})
        if other:
            blocks.append({"type": "text", "text": other})
    return blocks


def _from_blocks(content: object, turn: int) -> str:
    if isinstance(content, str) and IMAGE not in content:
        return content
    texts = []
    for block in content if isinstance(content, list) else [content]:
        match block:
            case {"type": "image"}:
                texts.append(IMAGE)
            case {"type": "text", "text": str(text)}:
                texts.append(text)
            case _:
                raise UserError(
                    f"turn {turn}: `content` is not a list of image and text blocks",
                    hint='Write [{"type": "image"}, {"type": "text", "text": "..."}].',
                )
    return "".join(texts)


def _line(*words: str) -> str:
    return " ".join(shlex.quote(word) for word in words)
