"""What is wrong with a project, before a training run finds it out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Literal

from app.conversations.facts import fingerprint
from app.conversations.writing.stages import misplaced
from app.conversations.writing.staleness import changes
from app.core.annotation import Annotation
from app.core.errors import UserError
from app.core.geometry import intersection_over_union
from app.core.image import Image, ImageLabel, changed_fields
from app.core.progress import OnProgress, Progress, ignore_progress
from app.imaging.identity import content_hash, stamp
from app.services.conversation_writing import conversations_with_facts
from app.services.questions import chosen_name, list_questions, questions_for
from app.storage.images import FileRecord
from app.storage.project import Project

DUPLICATE_IOU = 0.95
"""Two boxes of one class that overlap more than this are one defect drawn twice."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. An "error" spoils an export; a "warning" may be meant so."""

    severity: Literal["error", "warning"]
    kind: str
    what: str
    hint: str
    image: str | None = None


def check(project: Project, *, on_progress: OnProgress = ignore_progress) -> list[Finding]:
    """Every finding, errors of the file itself first. Changes nothing."""
    checks: Sequence[Callable[[Project], Iterator[Finding]]] = (
        _file,
        _log,
        _labels,
        _approvals,
        _classes,
        _stages,
        _conversations,
        _boxes,
        _photos,
        _splits,
    )
    findings: list[Finding] = []
    for done, look in enumerate(checks):
        on_progress(Progress(done, len(checks), look.__name__.strip("_")))
        findings += look(project)
    on_progress(Progress(len(checks), len(checks)))
    return findings


def _file(project: Project) -> Iterator[Finding]:
    for problem in project.integrity_problems():
        hint = "Copy the project away, then restore the newest file of its folder `backups`."
        yield Finding("error", "damaged_file", problem, hint)


def _log(project: Project) -> Iterator[Finding]:
    told = project.log.replay()
    differing = 0
    for image_id, a in project.annotations.all():
        differing += told.pop(a.uid, None) != (image_id, a)
    differing += len(told)
    if differing:
        yield Finding(
            "error",
            "log_differs",
            f"annotations that differ from what the edit log tells: {differing}",
            "Another program wrote into project.db. Compare with a backup.",
        )


def _labels(project: Project) -> Iterator[Finding]:
    told = project.log.replay_labels()
    for image in project.images.all():
        otherwise = _otherwise(image.label, told.get(image.id, ImageLabel()))
        if otherwise:
            yield Finding(
                "error",
                "state_differs",
                f"the edit log tells otherwise of its {', '.join(otherwise)}",
                "Another program wrote into project.db. Compare with a backup.",
                image.path,
            )


def _otherwise(label: ImageLabel, told: ImageLabel) -> list[str]:
    """Fields that differ. Projects from before reviews have names and reasons that no log told."""
    later = {"annotator", "reviewer", "reason"}
    return [
        name.replace("_", " ")
        for name in changed_fields(label, told)
        if getattr(told, name) or name not in later
    ]


def _approvals(project: Project) -> Iterator[Finding]:
    """Older versions let reviewers sign what they had emptied."""
    drawn_on = project.annotations.classes_by_image()
    for image in project.images.all(["approved"]):
        if not image.label.is_normal and image.id not in drawn_on:
            yield Finding(
                "warning",
                "empty_approval",
                "it is approved with nothing drawn on it, and nobody called it normal",
                "Exports leave it out. Reopen it, and draw on it or mark it as normal.",
                image.path,
            )


def _classes(project: Project) -> Iterator[Finding]:
    for count in project.classes.counts():
        if not count.boxes:
            yield Finding(
                "warning",
                "class_without_boxes",
                f"class {count.label_class.name!r} has no boxes",
                "A model can't learn it. Label some, or leave the class out.",
            )


def _stages(project: Project) -> Iterator[Finding]:
    """What the question set says never occurs at an image's stage."""
    name = chosen_name(project)
    there = [each.language for each in list_questions(project) if each.name == name]
    sets = [questions_for(project, language, name) for language in there]
    if not any(stage.never for questions in sets for stage in questions.stages):
        return
    drawn_on, classes = project.annotations.classes_by_image(), project.classes.all()
    for image in project.images.all():
        drawn = [c for c in classes if c.id in drawn_on.get(image.id, ())]
        for name, tag in dict.fromkeys(
            (each.label_class.name, each.tag)
            for questions in sets
            for each in misplaced(questions, image.label.tags, drawn)
        ):
            yield Finding(
                "warning",
                "never_at_stage",
                f"it is tagged {tag!r} and labelled with {name}, which never occurs at that stage",
                "Correct the label or the tag. Nothing is written of it, and exports of records"
                " leave it out.",
                image.path,
            )


def _conversations(project: Project) -> Iterator[Finding]:
    for conversation, image, facts in conversations_with_facts(project):
        language = conversation.language
        since = changes(conversation.made_of, fingerprint(facts, language), facts, language)
        if not since:
            continue
        told = ", ".join(f"{change.label} ({change.kind})" for change in since)
        what = f"its {language} conversation was written before the labels changed: {told}"
        if conversation.approved_by or image.label.state == "approved":
            hint = "A person approved it as it was: look at it again, and approve it again."
            yield Finding("warning", "stale_approved_conversation", what, hint, image.path)
        else:
            hint = "`flawmark converse` writes it anew; what people wrote in it waits for a person."
            yield Finding("warning", "stale_conversation", what, hint, image.path)


def _boxes(project: Project) -> Iterator[Finding]:
    images = {image.id: image for image in project.images.all()}
    for image_id, group in groupby(project.annotations.all(), key=lambda pair: pair[0]):
        annotations = [annotation for _, annotation in group]
        yield from _outside(images[image_id], annotations)
        yield from _duplicated(images[image_id], annotations)


def _outside(image: Image, annotations: Sequence[Annotation]) -> Iterator[Finding]:
    for a in annotations:
        if not a.box.inside(image.width_px, image.height_px):
            yield Finding(
                "error",
                "box_outside",
                f"box {_words(a)} reaches out of the image of {image.width_px}x{image.height_px}",
                "Draw it again; exports cut it off at the edge.",
                image.path,
            )


def _duplicated(image: Image, annotations: Sequence[Annotation]) -> Iterator[Finding]:
    ordered = sorted(annotations, key=lambda a: a.box.left)
    for place, a in enumerate(ordered):
        # Once the left sides are this far apart, no later box can overlap enough.
        reach = a.box.left + (1 - DUPLICATE_IOU) * a.box.width
        for b in takewhile(lambda b: b.box.left <= reach, ordered[place + 1 :]):  # noqa: B023
            if a.class_id == b.class_id and intersection_over_union(a.box, b.box) > DUPLICATE_IOU:
                yield Finding(
                    "error",
                    "duplicated_box",
                    f"boxes {_words(a)} and {_words(b)} of one class are the same place",
                    "Remove one of them.",
                    image.path,
                )


def _photos(project: Project) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for record in project.images.files():
        if (twin := first.setdefault(record.content_hash, record.path)) != record.path:
            hint = "Remove one of the files: a split could put one in train and one in val."
            what = f"the photo is the same as {twin}"
            yield Finding("warning", "duplicated_photo", what, hint, record.path)
        finding = _photo(project, record)
        if finding is not None:
            yield finding


def _photo(project: Project, record: FileRecord) -> Finding | None:
    path = project.locate(record.path)
    try:
        file = stamp(path)
        if (file.size_bytes, file.mtime_ns) == (record.size_bytes, record.mtime_ns):
            return None
        changed = content_hash(path) != record.content_hash
    except UserError:
        hint = "If it moved: `flawmark relink PROJECT FOLDER`."
        return Finding("error", "missing_photo", "the photo is not there", hint, record.path)
    if not changed:
        return None
    return Finding(
        "error",
        "changed_photo",
        "the photo is no longer the one that was labelled",
        "Put the old file back, or import the new one under another name and label it.",
        record.path,
    )


def _splits(project: Project) -> Iterator[Finding]:
    # Here, because the command line prints findings, and need not load what reads photos for that.
    from app.services.leaks import find_leaks

    report = find_leaks(project)
    for leak in report.twins:
        hint = "Leave one of them out, or see that their builds lie in one split."
        yield Finding("warning", "near_duplicate_across_splits", leak.words, hint, leak.path)
    for leak in report.neighbours:
        hint = "`flawmark split` keeps builds whole; locked splits need --unlock first."
        yield Finding("warning", "neighbours_across_splits", leak.words, hint, leak.path)


def _words(a: Annotation) -> str:
    return "({:.0f}, {:.0f}, {:.0f}, {:.0f})".format(*a.box.corners)
