"""The images of an exported set, with what balance wants: some left out, some repeated, some as
changed copies."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from app.conversations.writing.choosing import Choice
from app.core.augmentation import Augmentation, augmentations
from app.core.by_image import ByImage
from app.core.image import Image
from app.core.progress import OnProgress
from app.core.shape import Shape
from app.formats.base import LabelledImage, LabelledShape, Size
from app.imaging.augmenting import write_augmented
from app.imaging.baking import baked_name
from app.services.export_set import ExportSet
from app.services.placing import place_photo
from app.services.questions import chosen_seed
from app.services.record_sampling import sampling_notes, times_taken

_NOT_CHANGED = Augmentation()


@dataclass(frozen=True, slots=True)
class MixedImage:
    """One file of a set. It is listed `times` times; `shapes` lie on the file as it is written."""

    image: Image
    place: Path
    times: int
    size: Size
    change: Augmentation | None
    shapes: Callable[[], tuple[LabelledShape, ...]]

    def labelled(self) -> LabelledImage:
        return LabelledImage(self.place, self.size, self.shapes(), self.image.label.split)


class TrainingMix:
    """Of one export. Copies are made of training images alone, and marked in their names."""

    def __init__(self, whole: ExportSet) -> None:
        self._whole, self._mix = whole, whole.mix
        self._seed = chosen_seed(whole.project)
        self.copies = 0

    @cached_property
    def times(self) -> ByImage[int]:
        """Image id → how often it is trained on, 0 where it is left out."""
        return times_taken(
            self._whole.images,
            self._whole.project.annotations.classes_by_image(),
            balance=self._mix.balance,
            normal_share=self._mix.normal_share,
            cap=self._mix.cap,
            seed=self._seed,
        )

    @property
    def image_ids(self) -> "array[int]":
        """Of the images that are in the set."""
        return array("q", (image_id for image_id, times in self.times.items() if times))

    def placed(
        self, folder: Path, photo_folder: str, on_progress: OnProgress
    ) -> Iterator[MixedImage]:
        """Puts each photo below `photo_folder`, in the folder of its split, and tells of it."""
        for image, photo, name in self._whole.each(on_progress):
            times = self.times[image.id]
            if not times:
                continue
            changes = self._changes(image, times - 1)
            place = Path(photo_folder, image.label.split or "", name)
            place_photo(photo, folder / place, copy=self._whole.copy_photos)
            yield self._mixed(image, place, times - len(changes), None)
            for number, change in enumerate(changes, start=1):
                marked = Path(place.parent, _marked(name, number, change).name)
                write_augmented(photo, folder / marked, change)
                self.copies += 1
                yield self._mixed(image, marked, 1, change)

    def notes(self) -> Iterator[str]:
        """To be told once all is placed."""
        yield from sampling_notes(self.times, cap=self._mix.cap)
        if self.copies:
            yield f"{self.copies} changed copies of training photos were added, ~aug in the names."

    def _changes(self, image: Image, count: int) -> list[Augmentation]:
        if not self._mix.augment or not count:
            return []
        choice = Choice(self._seed, image.content_hash)
        drawn = augmentations(
            *(count, self._mix.augment, [shape.box for shape in self._shapes(image)]),
            *(image.width_px, image.height_px, lambda what: choice.share("augment", what)),
        )
        return [change for change in dict.fromkeys(drawn) if change != _NOT_CHANGED]

    def _mixed(
        self, image: Image, place: Path, times: int, change: Augmentation | None
    ) -> MixedImage:
        width, height = image.width_px, image.height_px
        if change is None:
            size = Size(width, height)
            return MixedImage(image, place, times, size, None, lambda: self._shapes(image))

        def carried() -> tuple[LabelledShape, ...]:
            return tuple(_carried(shape, change, width, height) for shape in self._shapes(image))

        return MixedImage(image, place, times, Size(*change.size(width, height)), change, carried)

    def _shapes(self, image: Image) -> tuple[LabelledShape, ...]:
        """Clipped to the image."""
        clipped = (
            (a, a.box.clipped(image.width_px, image.height_px))
            for a in self._whole.project.annotations.of_image(image.id)
        )
        return tuple(
            LabelledShape(self._names[a.class_id], box, a.polygon, a.score)
            for a, box in clipped
            if box is not None
        )

    @cached_property
    def _names(self) -> dict[int, str]:
        return {c.id: c.name for c in self._whole.classes}


def _carried(
    shape: LabelledShape, change: Augmentation, width_px: int, height_px: int
) -> LabelledShape:
    lying = change.carried(Shape(shape.box, shape.polygon), width_px, height_px)
    return replace(shape, box=lying.box, polygon=lying.polygon)


def _marked(name: PurePosixPath, number: int, change: Augmentation) -> PurePosixPath:
    stem = "-".join((f"{name.stem}~aug{number}", *change.words))
    return baked_name(name.with_name(stem + name.suffix))
