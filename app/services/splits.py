"""Gives images their split, builds whole and classes even, and locks what was exported."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from app.core.builds import PATTERN_SETTING
from app.core.dividing import GAP_LAYERS, Division, divide, following
from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.image import SPLITS, Image, Split
from app.core.label_class import LabelClass
from app.core.splitting import (
    NORMAL,
    Deviation,
    Layer,
    Shares,
    by_build,
    deviations,
    kinds_of,
)
from app.core.stratifying import TOLERANCE
from app.imaging.folder import natural_key
from app.services.people import refuse_all_but_leads
from app.services.selection import LABELLED, said_normal
from app.storage.images import ImageList
from app.storage.project import Project

SHARES_SETTING = "split_shares"


@dataclass(frozen=True, slots=True)
class SplitOptions:
    """`may_cut`: also cut builds where whole ones don't come within 2 points of the shares.

    `again`: images that have a split and are not locked get a new one.
    """

    shares: Shares
    may_cut: bool = False
    again: bool = False
    gap_layers: int = GAP_LAYERS


@dataclass(frozen=True, slots=True)
class SplitReport:
    """`counts`: split → images that show each class, by id, and 0 for those that show none.

    `images` and `locked` are by split, too; `given` is how many got a split now, and `left_out` how
    many lie between runs of a build. `cut` has the builds that were cut now, each with the layers
    left out at a cut; `spread` those that lie in more than one split; `builds` counts all.
    `went_out` without a split are those that were exported so: they may only train.
    """

    images: Mapping[Split, int]
    locked: Mapping[Split, int]
    counts: Mapping[Split, Mapping[int, int]]
    builds: int
    spread: tuple[str, ...]
    deviations: tuple[Deviation, ...]
    left_out: int = 0
    given: int = 0
    went_out: int = 0
    cut: Mapping[str, int] | None = None


def split_images(
    project: Project, images: Sequence[Image], options: SplitOptions, *, actor: str
) -> tuple[ImageList, SplitReport]:
    """Gives a split to those of `images` that have none; returns them all as they are then, by id.

    The project keeps it, so that what was once trained on is never validated on: neither is what
    was exported before there was a split. Raises UserError when `actor` doesn't lead.
    """
    with project.transaction():
        refuse_all_but_leads(project, actor)
    locks = project.splits.locks()
    known = _with_split_ones(project, images)
    layers = _layers(project, known)
    went_out = _went_out(layers, locks)
    layers = [replace(x, split=locks.get(x.image_id, x.split)) for x in layers]
    if options.again:
        layers = _freed(layers, locks)
    division = divide(
        layers, options.shares, may_cut=options.may_cut, gap_layers=options.gap_layers
    )
    _keep(project, known, layers, division, actor=actor)
    if division.splits:
        project.settings.put(SHARES_SETTING, [options.shares.of(split) for split in SPLITS])
    chosen = project.images.listed(sorted(image.id for image in images))
    report = _report(_layers(project, chosen), locks, options.shares)
    given = len(division.splits)
    return chosen, replace(report, given=given, went_out=went_out, cut=division.cut)


def _went_out(layers: Iterable[Layer], locks: Collection[int]) -> int:
    return sum(layer.split is None and layer.image_id in locks for layer in layers)


def _freed(layers: Sequence[Layer], locked: Collection[int]) -> list[Layer]:
    """Without the splits that may change; a gap stays where its build has locked ones."""
    bound = {layer.build for layer in layers if layer.image_id in locked}
    return [
        layer
        if layer.image_id in locked
        else replace(layer, split=None, is_left_out=layer.is_left_out and layer.build in bound)
        for layer in layers
    ]


def split_for_export(
    project: Project, images: ImageList, shares: Shares | None, *, actor: str
) -> tuple[ImageList, tuple[str, ...]]:
    """`images` with the splits that they go out in, and what to tell of that.

    Without `shares` those without a split follow their build, where it has one. Left out are
    images between runs of a build that lie in different splits. Raises UserError where shares are
    given by somebody who doesn't lead.
    """
    if shares is not None:
        split, report = split_images(project, images, SplitOptions(shares), actor=actor)
        told = tuple(split_notes(report, project.classes.all()))
        return project.images.listed(image.id for image in split if image.label.split), told
    if not project.splits.may_follow():
        return images, ()
    known = _with_split_ones(project, images)
    layers = _layers(project, known)
    division = following(layers)
    _keep(project, known, layers, division, actor=actor)
    kept = project.images.listed(i for i in images.ids if i not in division.left_out)
    left_out = len(images) - len(kept)
    return kept, tuple(_left_out_notes(left_out))


def _left_out_notes(images: int) -> Iterator[str]:
    if images:
        yield f"Images left out: {images}; {_BETWEEN}."


def loose_notes(images: Collection[Image]) -> Iterator[str]:
    """What to tell of images that go out to be trained on, where some have no split."""
    if loose := sum(image.label.split is None for image in images):
        which = "images of new builds have" if loose < len(images) else "images have"
        yield (
            f"{loose} {which} no split: from now on they are taken for trained on, and a later "
            "split leaves them in train."
        )


_BETWEEN = "they lie between runs of one build in different splits, and look like both"


def read_splits(project: Project) -> SplitReport:
    """How the labelled images lie in splits now, against the shares that were last asked for."""
    layers = _layers(project, labelled_images(project))
    kept = project.settings.get(SHARES_SETTING)
    shares = Shares(*kept) if kept else None
    return _report(layers, project.splits.locks(), shares)


def labelled_images(project: Project) -> list[Image]:
    """What an export takes: images with boxes, and those that a person said are normal."""
    classes_on = project.annotations.classes_by_image()
    images = project.images.all(LABELLED)
    return [image for image in images if image.id in classes_on or said_normal(image)]


def unlock_splits(project: Project, reason: str, *, actor: str, build: str | None = None) -> int:
    """Lets splits of exported images be changed: of one build, or all. Returns of how many.

    Who did it, when and why stays in the project. Raises UserError without a reason, for a build
    that there isn't, and when `actor` doesn't lead.
    """
    if not reason.strip():
        raise UserError(
            "Locked splits are only opened for a reason.",
            hint="Say it: --unlock --reason 'val was too small'.",
        )
    builds = {image.id: image.build for image in project.images.all()}
    ids = list(builds)
    if build is not None:
        ids = [image_id for image_id in ids if builds[image_id] == build]
        if not ids:
            raise UserError(
                f"There is no build {build!r}.",
                hint=f"Choose one of: {', '.join(sorted(set(builds.values()))[:_NAMED])} …",
            )
    with project.transaction():
        refuse_all_but_leads(project, actor)
        return project.splits.unlock(ids, actor, reason.strip())


_NAMED = 5


def set_build_pattern(project: Project, text: str, *, by: str) -> None:
    """A regular expression that finds the build in a photo's path; "" goes by folders again.

    Raises UserError when it is none, and when `by` doesn't lead.
    """
    try:
        re.compile(text)
    except re.error as e:
        raise UserError(
            f"The pattern {text!r} is no regular expression: {e}.",
            hint=r"Give one such as 'build_(\d+)': the build is what its first group finds.",
        ) from e
    with project.transaction():
        refuse_all_but_leads(project, by)
        project.settings.put(PATTERN_SETTING, text)
        project.images.find_builds()


def split_notes(report: SplitReport, classes: Sequence[LabelClass]) -> Iterator[str]:
    """What people should know of a split: sizes, cuts, and where shares are not met."""
    yield "Split: " + ", ".join(f"{n} {split}" for split, n in report.images.items()) + "."
    if report.went_out:
        yield (
            f"Images that went out in an export without a split: {report.went_out}. They are taken "
            "for trained on, and stay in train. If they weren't: --unlock, with a --reason."
        )
    for build, gap in (report.cut or {}).items():
        between = f"a gap of {gap} between splits" if gap else "no gap, for it is too short"
        yield f"The build {build} was cut into runs of consecutive layers, with {between}."
    if report.left_out:
        yield f"Images that belong to no split: {report.left_out}; {_BETWEEN}."
    names = {c.id: c.name for c in classes} | {NORMAL: "normal"}
    yield from (_words(each, names) for each in report.deviations)
    if report.given and any(each.is_far for each in report.deviations):
        division = "No cuts were" if report.cut else "No division of whole builds was"
        yield (
            f"{division} found with all shares within {100 * TOLERANCE:g} points "
            f"(builds: {report.builds})."
        )


def _words(each: Deviation, names: Mapping[int, str]) -> str:
    if each.class_id is None:
        return (
            f"{each.split} holds {each.share:.1%} of the images instead of {each.wanted:.1%} "
            f"({each.points:+.1f} points)."
        )
    name = names.get(each.class_id, str(each.class_id))
    if each.is_absent:
        return f"{each.split} has no image with {name}; {each.wanted:.1%} of all have."
    return (
        f"{name} is on {each.share:.1%} of the images of {each.split}, on {each.wanted:.1%} of all "
        f"({each.points:+.1f} points)."
    )


def _with_split_ones(project: Project, images: Iterable[Image]) -> ImageList:
    """`images`, and all that say where a build lies, whatever their state is by now."""
    others = {image.id for image in images}
    others |= project.splits.left_out() | project.splits.locks().keys()
    walk = project.images.walk()
    return project.images.listed(i.id for i in walk if i.label.split or i.id in others)


def _layers(project: Project, images: Iterable[Image]) -> list[Layer]:
    classes_on = project.annotations.classes_by_image()
    gaps = project.splits.left_out()
    keyed = (
        (
            natural_key(i.path),
            Layer(i.id, i.build, classes_on.get(i.id, ()), i.label.split, i.id in gaps),
        )
        for i in images
    )
    return [layer for _, layer in sorted(keyed, key=itemgetter(0))]


def _keep(
    project: Project,
    images: Iterable[Image],
    layers: Sequence[Layer],
    division: Division,
    *,
    actor: str,
) -> None:
    """Saves what is new; an image that had a split and has none in `layers` may lose it."""
    kept = {layer.image_id: layer.split for layer in layers}
    edits = []
    for image in images:
        split = kept[image.id] or division.splits.get(image.id)
        if split != image.label.split:
            edits.append(ImageEdit(image.id, image.label, replace(image.label, split=split)))
    with project.transaction():
        project.splits.write(edits, actor=actor)
        project.splits.leave_out(division.left_out, among=kept)


def _report(layers: Sequence[Layer], locked: Collection[int], shares: Shares | None) -> SplitReport:
    counts = {split: Counter[int]() for split in SPLITS}
    for layer in layers:
        if layer.split:
            counts[layer.split].update(kinds_of(layer))
    builds = {build: {x.split for x in of} - {None} for build, of in by_build(layers)}
    return SplitReport(
        images={split: sum(x.split == split for x in layers) for split in SPLITS},
        locked={s: sum(x.split == s and x.image_id in locked for x in layers) for s in SPLITS},
        counts=counts,
        builds=len(builds),
        spread=tuple(build for build, splits in builds.items() if len(splits) > 1),
        deviations=deviations(layers, shares),
        left_out=sum(layer.is_left_out for layer in layers),
        went_out=_went_out(layers, locked),
    )
