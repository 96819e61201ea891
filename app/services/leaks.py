"""Finds what training would tell validation and test: near-duplicates, and neighbouring layers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.core.batches import batches
from app.core.by_image import ByImage
from app.core.errors import UserError
from app.core.image import SPLITS, Image, Split
from app.core.progress import OnProgress, Progress, ignore_progress
from app.imaging.folder import natural_key
from app.imaging.near_duplicates import NEAR_BITS, look, nearest
from app.storage.project import Project

_HELD_OUT: Mapping[Split, tuple[Split, ...]] = {"val": ("train",), "test": ("train", "val")}
_BATCH = 200
_THREADS = 4
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Leak:
    """An image of val or test that is known from another split, by the photo `twin`.

    `bits` of the 64 that describe a photo differ; None for layers that follow one another.
    """

    path: str
    split: Split
    twin: str
    twin_split: Split
    bits: int | None = None

    @property
    def words(self) -> str:
        if self.bits is None:
            return f"in {self.split}, the layer next to {self.twin} in {self.twin_split}"
        return (
            f"in {self.split}, looks like {self.twin} in {self.twin_split} "
            f"({self.bits} of 64 bits differ)"
        )


@dataclass(frozen=True, slots=True)
class LeakReport:
    """`checked` photos have a split and could be looked at; `unread` say why others could not."""

    checked: int
    twins: tuple[Leak, ...]
    neighbours: tuple[Leak, ...]
    unread: tuple[UserError, ...]


def find_leaks(
    project: Project,
    images: Iterable[Image] | None = None,
    *,
    kept_in: Project | None = None,
    on_progress: OnProgress = ignore_progress,
) -> LeakReport:
    """Of all images that have a split, or of `images` as they go out, by id: then those without one
    train.

    Nearest twins come first. Each image of val and test is told with its nearest in each split that
    comes before it. What a photo looks like is kept in the project, so a photo is read once:
    `kept_in` is the same one where `project` can only be read.
    """
    if images is None:
        walk = project.images.walk()
        split_of = ByImage((i.id, i.label.split) for i in walk if i.label.split)
    else:
        split_of = ByImage((i.id, i.label.split or "train") for i in images)
    if len(set(split_of.in_order())) < 2:
        return LeakReport(0, (), (), ())
    looks, unread = _looks(project, kept_in or project, split_of, on_progress)
    twins = _twins(project, split_of, looks)
    return LeakReport(
        sum(image_id in looks for image_id in split_of),
        tuple(sorted(twins, key=lambda leak: (leak.bits or 0, leak.path))),
        tuple(_neighbours(project, split_of)),
        tuple(unread),
    )


def leak_notes(report: LeakReport) -> Iterator[str]:
    """What to say at an export; nothing where there is only one split."""
    if not report.checked:
        return
    if not report.twins and not report.neighbours:
        yield "Leak check: no photo of one split looks like one of another."
    if twins := report.twins:
        yield (
            f"Leak check: {len(twins)} photos of val or test look like one that is trained on."
            f" {_named(twins)} `flawmark split --check` lists them."
        )
    if beside := report.neighbours:
        yield (
            f"Leak check: {len(beside)} layers lie beside one of another split. {_named(beside)}"
            " `flawmark split --check` lists them."
        )
    if report.unread:
        yield f"Leak check: photos that could not be looked at: {len(report.unread)}."


def _named(leaks: Sequence[Leak]) -> str:
    """The first of them, one after the other."""
    first = "; ".join(f"{leak.path} {leak.words}" for leak in leaks[:_NAMED])
    return first + (" …" if len(leaks) > _NAMED else ".")


def _looks(
    project: Project, kept_in: Project, image_ids: Iterable[int], on_progress: OnProgress
) -> tuple[dict[int, int], list[UserError]]:
    known = kept_in.splits.looks()
    wanting = project.images.listed(each for each in image_ids if each not in known)
    unread: list[UserError] = []

    def look_at(image: Image) -> int | UserError:
        try:
            return look(project.locate(image.path))
        except UserError as e:
            return e

    done = 0
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="look") as pool:
        for batch in batches(wanting, _BATCH):
            looked = list(zip(batch, pool.map(look_at, batch), strict=True))
            new = {image.id: found for image, found in looked if isinstance(found, int)}
            unread += [found for _, found in looked if isinstance(found, UserError)]
            with kept_in.transaction():
                kept_in.splits.keep_looks(new)
            known |= new
            done += len(batch)
            on_progress(Progress(done, len(wanting), batch[-1].path))
    return known, unread


def _twins(project: Project, split_of: ByImage[Split], looks: Mapping[int, int]) -> Iterator[Leak]:
    of: dict[Split, list[int]] = {split: [] for split in SPLITS}
    for image_id, split in zip(split_of, split_of.in_order(), strict=True):
        if image_id in looks:
            of[split].append(image_id)
    bits = {s: np.array([looks[i] for i in each], np.uint64) for s, each in of.items()}
    for split, earlier in _HELD_OUT.items():
        for other in earlier:
            if not of[split] or not of[other]:
                continue
            places, differing = nearest(bits[split], bits[other])
            for image_id, place, count in zip(of[split], places, differing, strict=True):
                if count <= NEAR_BITS:
                    path, twin = (project.images.get(i).path for i in (image_id, of[other][place]))
                    yield Leak(path, split, twin, other, bits=int(count))


def _neighbours(project: Project, split_of: ByImage[Split]) -> Iterator[Leak]:
    """Layers of one build that follow one another, and lie in different splits."""
    splits: dict[str, set[Split]] = {}
    for image in project.images.listed(split_of):
        splits.setdefault(image.build, set()).add(split_of[image.id])
    # Few builds are cut, and only of these the order of layers matters.
    cut = (i for i in project.images.walk() if len(splits.get(i.build, ())) > 1)
    builds: dict[str, list[Image]] = {}
    for image in sorted(cut, key=lambda image: natural_key(image.path)):
        builds.setdefault(image.build, []).append(image)
    for build in builds.values():
        split = [(n, x, split_of[x.id]) for n, x in enumerate(build) if x.id in split_of]
        for (start, one, first), (end, other, second) in pairwise(split):
            if first == second or end - start > 1:
                continue
            if first == "train":
                one, first, other, second = other, second, one, first
            yield Leak(one.path, first, other.path, second)
