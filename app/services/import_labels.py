"""Labels into a project, from any format of the table, without touching what people did before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from app.core.annotation import Annotation, new_uid
from app.core.batches import batches
from app.core.edit import Edit, ImageEdit
from app.core.image import Image, ImageLabel, State
from app.core.label_class import LabelClass, find_class
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.proposals import replacing_edits
from app.core.review import refuse_signed_import
from app.formats.base import LabelledImage, LabelledShape, Problem, Size
from app.formats.table import by_name, detect
from app.services.import_photos import real_folder
from app.storage.project import Project
from app.storage.runs import RunKey

Standing = Literal["proposals", "submitted", "approved"]
"""How far imported labels are trusted: for people to check, to review, or as they are."""

_STATE: Mapping[Standing, State] = {
    "proposals": "prelabelled",
    "submitted": "submitted",
    "approved": "approved",
}
_BATCH = 200


@dataclass(slots=True)
class LabelReport:
    """`kept`: images that are closed to imports, so they were left as they are; see
    `Project.closed_to_imports`.

    `incomplete`: images in progress, because a label of theirs could not be taken.
    """

    format_title: str
    images: int = 0
    boxes: int = 0
    normal: int = 0
    kept: int = 0
    incomplete: int = 0
    new_classes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LabelImport:
    """What is asked for. `format_name` None: look for one. `add_classes`: take in unknown ones."""

    source: Path
    standing: Standing = "proposals"
    format_name: str | None = None
    add_classes: bool = False


def import_labels(
    project: Project,
    wanted: LabelImport,
    *,
    actor: str,
    on_progress: OnProgress = ignore_progress,
) -> LabelReport | None:
    """Labels of photos that the project has already; None when the folder holds no labels.

    A project without classes takes them, in their order, from the labels. Whoever imports them as
    approved signs them. Raises UserError when no or more than one format fits, when the set as a
    whole can't be read, or as `refuse_unsigned`.
    """
    refuse_unsigned(project, wanted.standing, by=actor)
    root = real_folder(wanted.source)
    label_format = by_name(wanted.format_name) if wanted.format_name else detect(root)
    if label_format is None:
        return None
    report = LabelReport(label_format.title)
    step = _Step(project, wanted, report, actor, _photos(project, root))
    step.take_classes(label_format.class_names(root, report.problems.append))
    sizes = {path: Size(i.width_px, i.height_px) for path, i in step.photos.items()}
    total = len(sizes)
    for batch in batches(label_format.read(root, sizes, report.problems.append), _BATCH):
        step.save(batch)
        on_progress(Progress(report.images + report.kept, total, str(batch[-1].path)))
    done = report.images + report.kept
    on_progress(Progress(done, done))  # photos without a label were never going to count
    return report


def refuse_unsigned(project: Project, standing: Standing, *, by: str) -> None:
    """Raises UserError for labels as approved that `by` may not sign: only who reviews may."""
    if standing == "approved":
        with project.transaction():
            refuse_signed_import(project.people.meet(by))


def _photos(project: Project, root: Path) -> dict[Path, Image]:
    located = ((project.locate(image.path), image) for image in project.images.all())
    return {path: image for path, image in located if path.is_relative_to(root)}


class _Step:
    """One import under way: turns what a format read into edits."""

    def __init__(
        self,
        project: Project,
        wanted: LabelImport,
        report: LabelReport,
        actor: str,
        photos: dict[Path, Image],
    ) -> None:
        self._project, self._wanted, self._report, self._actor = project, wanted, report, actor
        self.photos = photos
        self._classes = project.classes.all()
        self._may_add = wanted.add_classes or not self._classes
        key = RunKey("import", str(wanted.source), "", {"as": wanted.standing})
        with project.transaction():
            self._run_id = project.runs.open(key, actor=actor)
            self._imports = project.runs.imports()
        self._closed: frozenset[int] = frozenset()

    def take_classes(self, names: Sequence[str]) -> None:
        """So that the project's order is the set's own, whichever label is read first."""
        if self._may_add:
            self._add(list(dict.fromkeys(names)))

    def save(self, batch: Sequence[LabelledImage]) -> None:
        """One transaction for the batch: all of its labels or none."""
        with self._project.transaction():
            ids = [self.photos[labelled.path].id for labelled in batch]
            self._closed = self._project.closed_to_imports(ids)
            edits = [edit for labelled in batch for edit in self._edits(labelled)]
            self._project.apply(edits, actor=self._actor, kind="import")

    def _edits(self, labelled: LabelledImage) -> Iterator[Edit]:
        image = self.photos[labelled.path]
        if image.id in self._closed:
            self._report.kept += 1
            return
        # Read now: another program may have written since the import began.
        label = self._project.images.get(image.id).label
        shapes = [(shape, self._class_of(labelled, shape)) for shape in labelled.shapes]
        known = [(shape, c) for shape, c in shapes if c is not None]
        new = [self._annotation(shape, label_class) for shape, label_class in known]
        yield from replacing_edits(image.id, self._replaceable(image), new)
        after = self._label(labelled, label, is_complete=len(known) == len(shapes))
        self._report.images += 1
        self._report.boxes += len(known)
        self._report.normal += after.is_normal
        if after != label:
            yield ImageEdit(image.id, label, after)

    def _replaceable(self, image: Image) -> list[Annotation]:
        """What earlier imports brought, and, where labels come in as truth, all proposals."""
        standing = self._project.annotations.of_image(image.id)
        if self._wanted.standing == "proposals":
            return [a for a in standing if a.run_id in self._imports]
        return [a for a in standing if a.run_id in self._imports or a.is_proposal]

    def _label(
        self, labelled: LabelledImage, before: ImageLabel, *, is_complete: bool
    ) -> ImageLabel:
        """An image that lost a label on the way is nobody's finished work, and never normal."""
        split = labelled.split or before.split
        if not is_complete or labelled.lost:
            self._report.incomplete += 1
            return replace(before, state="in_progress", is_normal=False, split=split)
        state, is_normal = _STATE[self._wanted.standing], not labelled.shapes
        reviewer = self._actor if state == "approved" else before.reviewer
        return replace(before, state=state, is_normal=is_normal, split=split, reviewer=reviewer)

    def _annotation(self, shape: LabelledShape, label_class: LabelClass) -> Annotation:
        author = None if self._wanted.standing == "proposals" else self._actor
        return Annotation(
            new_uid(),
            label_class.id,
            shape.box,
            shape.polygon,
            shape.score,
            run_id=self._run_id,
            author=author,
        )

    def _class_of(self, labelled: LabelledImage, shape: LabelledShape) -> LabelClass | None:
        found = find_class(shape.class_name, self._classes)
        if found is None and self._may_add:
            self._add([shape.class_name])
            found = find_class(shape.class_name, self._classes)
        if found is None:
            what = f"the project has no class {shape.class_name!r} (see --add-classes)"
            self._report.problems.append(Problem(labelled.path, None, what, "skipped"))
        return found

    def _add(self, names: Sequence[str]) -> None:
        with self._project.transaction():
            # Read inside: another import may have brought the same classes meanwhile.
            self._classes = self._project.classes.all()
            new = [name for name in names if find_class(name, self._classes) is None]
            self._project.add_classes([LabelClass(name) for name in new], actor=self._actor)
            self._classes = self._project.classes.all()
        self._report.new_classes += new
