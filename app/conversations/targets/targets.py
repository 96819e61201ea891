"""The table of targets: a trainer and a VLM, and how a record becomes a row for them and back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from app.conversations.facts import ImageFacts
from app.conversations.targets.copies import MOST_BAKED_PX, baked_size, enlarged_size
from app.conversations.targets.frames import Frame, original_pixels, pixels
from app.conversations.targets.rows import Reading, ReadRecord, Writing, filled
from app.conversations.targets.sizes import Limits
from app.conversations.targets.trainers import (
    TRAINERS,
    Row,
    Settings,
    Trainer,
    images_of,
    objects_of,
)
from app.conversations.targets.vlms import VLMS, Vlm
from app.core.conversation import IMAGE, Message, Record
from app.core.errors import UserError
from app.core.language import Language

_LEAST_SQUARES = 4
"""qwen-vl-utils shows no picture with fewer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The image file as the trainer will open it: upright, whatever size.

    `path` is absolute: trainers look relative paths up from where they run. `is_baked` says that
    the whole export is made of copies of `bake_size`, which no trainer resizes.
    """

    path: str
    width_px: int
    height_px: int
    is_baked: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """`most_px` is how large a picture the trainer is told to take (MAX_PIXELS of ms-swift,
    image_max_pixels of LLaMA-Factory); None for its default.

    `enlarges`: copies of small photos are made larger, for a VLM that counts in pixels of what it
    sees, so that its numbers are fine enough.
    """

    trainer: Trainer
    vlm: Vlm
    most_px: int | None = None
    enlarges: bool = True

    @property
    def name(self) -> str:
        return f"{self.trainer.name}/{self.vlm.name}"

    @property
    def notes(self) -> tuple[str, ...]:
        return (self.vlm.note,) if self.vlm.note else ()

    @property
    def baked(self) -> Limits:
        """What copies are made by, so that no trainer resizes them."""
        vlm, most_px = self.vlm, min(MOST_BAKED_PX, self.most_px or MOST_BAKED_PX)
        return Limits(vlm.factor_px, vlm.least_baked_px, most_px, vlm.longest, vlm.most_side_px)

    def limited(self, most_px: int | None) -> "Target":
        """The same for a trainer that is told to take pictures of at most so many pixels.

        Raises UserError for fewer than trainers take.
        """
        least_px = _LEAST_SQUARES * self.vlm.factor_px**2
        if most_px is not None and most_px < least_px:
            raise UserError(
                f"no trainer shows {self.vlm.name} pictures of at most {most_px:,} pixels",
                hint=f"Give the limit that yours is set to: {least_px:,} or more.",
            )
        return replace(self, most_px=most_px)

    def format_words(self, language: Language) -> str:
        """What stands for `<format>`: completes "answer with"."""
        return self.vlm.form.words(language)

    def frame(self, shown: Shown) -> Frame:
        """Of the numbers in a row for that image.

        Raises UserError for an image that the trainer would refuse.
        """
        if self._fills(shown):
            return original_pixels(shown.width_px, shown.height_px, self._seen(shown))
        return self._seen(shown)

    def line(self, record: Record, facts: ImageFacts, shown: Shown) -> Row:
        """The row for a record, ready for JSON.

        Raises UserError for an image that the trainer would refuse, for a text that names a box
        that the image no longer has, and for one that holds a word of the trainers' own.
        """
        frame = self.frame(shown)
        writing = Writing(self.vlm.form, frame, record, facts, fills=self._fills(shown))
        turns = [Message(m.role, writing.text(m.content)) for m in record.messages]
        shows = [turn.role for turn in turns if IMAGE in turn.content]
        if shows != ["user"] or writing.n_images != 1:
            raise UserError(
                f"a conversation shows its photo {writing.n_images} times",
                hint="Put <image> once, in a question.",
            )
        return self.trainer.row(turns, shown.path, writing.objects)

    def read(self, row: Mapping[str, object], shown: Shown, facts: ImageFacts) -> ReadRecord:
        """A row, by whomever it was written.

        Raises UserError, which names neither file nor line, for one that isn't as the trainer and
        the VLM want it.
        """
        turns = self.trainer.turns(row)
        objects = objects_of(row) if self.trainer.fills else None
        frame = self._seen(shown)
        if objects is not None:
            frame = original_pixels(shown.width_px, shown.height_px, frame)
            turns = filled(self.vlm.form, turns, objects, frame)
        reading = Reading(self.vlm.form, frame, facts)
        messages = tuple(reading.turn(n, turn) for n, turn in enumerate(turns))
        return ReadRecord(messages, images_of(row), tuple(reading.unmatched), frame)

    def training_command(self, dataset: Path) -> str:
        """A line for a shell that trains on the JSONL file `dataset`; MODEL and OUTPUT are to be
        filled in. LLaMA-Factory wants a dataset_info.json beside it that knows it by its stem."""
        settings = Settings(self.vlm.template, self.vlm.swift_format, self.most_px)
        return self.trainer.command(dataset, settings)

    def _fills(self, shown: Shown) -> bool:
        """Whether the trainer puts names and boxes in the text itself."""
        return self.trainer.fills and self.vlm.swift_fills and not shown.is_baked

    def _seen(self, shown: Shown) -> Frame:
        """Of the numbers that the model gets."""
        size = shown.width_px, shown.height_px
        if self.vlm.hf is not None and not shown.is_baked:
            size = _resized(self.trainer, *size, self.vlm.hf, self.most_px)
        if self.vlm.patches is not None and not shown.is_baked:
            self.vlm.patches.check_shape(*self.trainer.opened(*size, self.most_px))
        return self.vlm.frame or pixels(*size)


@lru_cache(maxsize=4096)
def _resized(
    trainer: Trainer, width_px: int, height_px: int, limits: Limits, most_px: int | None
) -> tuple[int, int]:
    """Photos of a project have few sizes, and each is asked for with every record."""
    return trainer.resized(width_px, height_px, limits, most_px)


def bake_size(target: Target, width_px: int, height_px: int) -> tuple[int, int]:
    """The size of a copy of the upright image that no trainer of that VLM resizes again.

    Raises UserError for an image that is too long and thin for the VLM.
    """
    sized = enlarged_size if target.enlarges and target.vlm.can_enlarge else baked_size
    return sized(width_px, height_px, target.baked)


def _combinations() -> Iterator[Target]:
    for trainer in TRAINERS.values():
        for vlm in VLMS:
            if trainer.name != "llama-factory" or vlm.template:
                yield Target(trainer, vlm)


TARGETS: Mapping[str, Target] = {target.name: target for target in _combinations()}


def target_by_name(name: str) -> Target:
    """Raises UserError for a target that isn't in the table."""
    try:
        return TARGETS[name.strip().lower()]
    except KeyError:
        raise UserError(
            f"there is no target {name!r}", hint=f"Choose one of: {', '.join(TARGETS)}."
        ) from None
