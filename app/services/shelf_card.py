"""What is written down of a model on the shelf, as YAML beside its weights."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self, get_origin
from uuid import uuid4

import yaml

from app.core.errors import UserError
from app.formats.plain_yaml import load_plain
from backends.base import BACKENDS

CARD = "model.yaml"
TRIAL = "trial.yaml"


class _Written:
    """Fields of texts, numbers, yes or no, and lists of texts, kept in a YAML file."""

    @classmethod
    def read(cls, file: Path) -> Self:
        """Raises ValueError, worded for people, for what such a file can't hold; OSError."""
        content = load_plain(file.read_text("utf-8"))
        if not isinstance(content, Mapping):
            raise ValueError("it holds no fields")
        values = {}
        for field in fields(cls):  # type: ignore[arg-type] # every subclass is a dataclass
            if field.name in content:
                values[field.name] = _parsed(field.name, field.type, content[field.name])
            elif field.default is MISSING:
                raise ValueError(f"it has no field {field.name!r}")
        return cls(**values)

    def write(self, file: Path) -> None:
        """Whole or not at all. Raises OSError."""
        held = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}  # type: ignore[call-overload]
        beside = file.with_name(f".{file.name}.{uuid4().hex[:8]}")
        try:
            with beside.open("w", encoding="utf-8") as opened:
                yaml.safe_dump(held, opened, allow_unicode=True, sort_keys=False)
                opened.flush()
                os.fsync(opened.fileno())
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Card(_Written):
    """`file` is relative to the card's folder, or absolute where the weights stay `in_place`.

    `sha256` is the `weights_hash`; it was taken of files with the `stamp` (`stamp_of`). `added_at`
    is a moment in UTC. `trusted_by` is who vouched for weights that run code, "" for nobody.
    """

    name: str
    family: str
    variant: str
    file: str
    source: str
    sha256: str
    stamp: str
    size_bytes: int
    added_at: str
    in_place: bool = False
    runs_code: bool = False
    trusted_by: str = ""
    licence: str = ""
    class_names: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.family not in BACKENDS:
            raise ValueError(f"no family of models is called {self.family!r}")


@dataclass(frozen=True, slots=True)
class Trial(_Written):
    """How a model did on this machine, with the weights that hash to `sha256`.

    `load_s` includes the start of its process. `photo_ms` is for a photo of `photo_px` a side;
    `click_ms`, a segmenter's, for one box in a photo it has seen, 0 for others.
    """

    sha256: str
    device: str
    load_s: float
    photo_ms: float
    photo_px: int
    tested_at: str
    click_ms: float = 0.0
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_card(folder: Path) -> Card:
    """Raises UserError when the card in `folder` is damaged or gone."""
    file = folder / CARD
    try:
        return Card.read(file)
    except (ValueError, OSError) as e:
        raise UserError(
            f"The model's card {file} can't be used: {e}.",
            hint=f"Remove the model `{folder.name}` and add it again.",
        ) from e


def read_trial(folder: Path, weights_hash: str) -> Trial | None:
    """None where these weights were never tried, or what was written of it can't be read."""
    try:
        trial = Trial.read(folder / TRIAL)
    except (ValueError, OSError):
        return None
    return trial if trial.sha256 == weights_hash else None


def _parsed(name: str, kind: object, value: object) -> Any:  # noqa: ANN401 - what the field wants
    if get_origin(kind) is tuple:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise ValueError(f"{name} must be a list")
        return tuple(str(each) for each in value)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be one value")
    if kind is bool:
        return value == "true"
    try:
        return int(value) if kind is int else float(value) if kind is float else value
    except ValueError as e:
        raise ValueError(f"{name} must be a number, not {value!r}") from e
