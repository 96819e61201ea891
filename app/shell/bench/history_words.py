"""Words for what was done: one gesture of the log as an entry of the history panel."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

from PySide6.QtCore import QCoreApplication

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit, ImageEdit, inverse
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.storage.edit_log import Gesture
from widgets.panels.history_panel import HistoryEntry, HistoryPlace
from widgets.words import class_title, counted_images, state_title

translate = QCoreApplication.translate
Classes = Mapping[int, LabelClass]
Verb = Literal[
    "added", "proposed", "removed", "rejected", "renamed", "moved", "resized", "redrawn", "accepted"
]
_SAME_PX = 0.05  # how far a side may shift and still count as where it was


def entry_of(gesture: Gesture, classes: Classes, image_names: Mapping[int, str]) -> HistoryEntry:
    """`classes` by id; `image_names` by id, for the images that have one worth showing."""
    # What an undo did is told as what it took back.
    is_undo = gesture.kind == "undo"
    done = tuple(map(inverse, reversed(gesture.edits))) if is_undo else gesture.edits
    images = dict.fromkeys(edit.image_id for edit in gesture.edits)
    return HistoryEntry(
        gesture_id=gesture.id,
        at=gesture.at,
        who=gesture.actor,
        title=_prefix(gesture).format(what=_what(gesture, done, classes)),
        details=tuple(_details(gesture.edits, classes)),
        where=_where(images, image_names) if not gesture.left_out else "",
        places=tuple(_place(image_id, gesture.edits) for image_id in images),
        is_undone=gesture.standing == "undone",
    )


def _place(image_id: int, edits: tuple[Edit, ...]) -> HistoryPlace:
    here = [e for e in edits if isinstance(e, AnnotationEdit) and e.image_id == image_id]
    return HistoryPlace(image_id, here[0].after or here[0].before if len(here) == 1 else None)


def _prefix(gesture: Gesture) -> str:
    return {
        "edit": "{what}",
        "assign": "{what}",
        "retire": "{what}",
        "undo": translate("History", "undid: {what}"),
        "redo": translate("History", "again: {what}"),
        "import": translate("History", "imported: {what}"),
        "prelabel": translate("History", "pre-labelled: {what}"),
        "split": translate("History", "split: {what}"),
        "classes": translate("History", "classes: {what}"),
    }[gesture.kind]


def _what(gesture: Gesture, done: tuple[Edit, ...], classes: Classes) -> str:
    if gesture.kind == "retire":
        return _retired(gesture, classes)
    return _title(done, classes) + _left_out(gesture)


def _retired(gesture: Gesture, classes: Classes) -> str:
    """A class that went, into which other one where it had boxes."""
    for edit in gesture.edits:
        if isinstance(edit, AnnotationEdit) and edit.before and edit.after:
            words = translate("History", "{gone} is {now} now, boxes: {n}")
            n = len(gesture.edits) + gesture.left_out
            names = (_name(each, classes) for each in (edit.before, edit.after))
            return words.format(**dict(zip(("gone", "now"), names, strict=True)), n=f"{n:,}")
    return translate("History", "took a class away")


def _left_out(gesture: Gesture) -> str:
    """What a gesture did beside the edits that it tells."""
    if not gesture.left_out:
        return ""
    if gesture.left_out == 1:
        return translate("History", ", and 1 more change")
    words = translate("History", ", and {n} more changes")
    return words.format(n=f"{gesture.left_out:,}")


def _where(images: Mapping[int, None], names: Mapping[int, str]) -> str:
    if len(images) > 1:
        return counted_images(len(images))
    return "".join(names.get(image_id, str(image_id)) for image_id in images)


def _title(edits: tuple[Edit, ...], classes: Classes) -> str:
    """What counts most goes first: what is said of the image, then what happened to boxes."""
    labels = [words for e in edits if isinstance(e, ImageEdit) for words in _of_label(e)]
    boxes = [edit for edit in edits if isinstance(edit, AnnotationEdit)]
    counted = Counter(map(_verb, boxes))
    parts = [_of_box(boxes[0], classes)] if len(boxes) == 1 else list(map(_many, counted.items()))
    # That an image is in progress follows from the change to its boxes.
    if parts and labels == [state_title("in_progress")]:
        labels = []
    return ", ".join([*dict.fromkeys(labels), *parts]) or translate(
        "History", "nothing that is still shown"
    )


def _verb(edit: AnnotationEdit) -> Verb:
    before, after = edit.before, edit.after
    if before is None:
        assert after is not None
        return "proposed" if after.is_proposal else "added"
    if after is None:
        return "rejected" if before.is_proposal else "removed"
    if before.class_id != after.class_id:
        return "renamed"
    if before.box != after.box:
        return "moved" if _is_same_size(before.box, after.box) else "resized"
    return "redrawn" if before.polygon != after.polygon else "accepted"


def _many(counted: tuple[Verb, int]) -> str:
    verb, n = counted
    words = {
        "added": translate("History", "added boxes: {n}"),
        "proposed": translate("History", "proposals: {n}"),
        "removed": translate("History", "removed boxes: {n}"),
        "rejected": translate("History", "removed proposals: {n}"),
        "renamed": translate("History", "boxes of another class: {n}"),
        "moved": translate("History", "moved boxes: {n}"),
        "resized": translate("History", "resized boxes: {n}"),
        "redrawn": translate("History", "redrawn outlines: {n}"),
        "accepted": translate("History", "accepted proposals: {n}"),
    }[verb]
    return words.format(n=n)


def _of_box(edit: AnnotationEdit, classes: Classes) -> str:
    before, after = edit.before, edit.after
    subject = after or before
    assert subject is not None
    words = {
        "added": translate("History", "added {name}"),
        "proposed": translate("History", "proposed {name}"),
        "removed": translate("History", "removed {name}"),
        "rejected": translate("History", "removed the proposal {name}"),
        "renamed": translate("History", "{old} → {name}"),
        "moved": translate("History", "moved {name} {way}"),
        "resized": translate("History", "resized {name}"),
        "redrawn": translate("History", "redrew the outline of {name}"),
        "accepted": translate("History", "accepted {name}"),
    }[_verb(edit)]
    old = "" if before is None else _name(before, classes)
    way = "" if before is None or after is None else _way(before.box, after.box)
    return words.format(name=_name(subject, classes), old=old, way=way)


def _way(before: Box, after: Box) -> str:
    right, down = after.left - before.left, after.top - before.top
    parts = []
    if abs(right) > _SAME_PX:
        words = (
            translate("History", "{px} px right")
            if right > 0
            else translate("History", "{px} px left")
        )
        parts.append(words.format(px=_px(abs(right))))
    if abs(down) > _SAME_PX:
        words = (
            translate("History", "{px} px down") if down > 0 else translate("History", "{px} px up")
        )
        parts.append(words.format(px=_px(abs(down))))
    return ", ".join(parts) or translate("History", "by less than a tenth of a pixel")


def _of_label(edit: ImageEdit) -> Iterator[str]:
    before, after = edit.before, edit.after
    if before.is_normal != after.is_normal:
        yield (
            translate("History", "marked normal")
            if after.is_normal
            else translate("History", "no longer marked normal")
        )
    if before.state != after.state:
        title = state_title(after.state)
        is_new = after.reason and after.reason != before.reason
        yield f"{title}: {after.reason}" if is_new else title
    for tag in after.tags:
        if tag not in before.tags:
            yield translate("History", "tag {tag} added").format(tag=tag)
    for tag in before.tags:
        if tag not in after.tags:
            yield translate("History", "tag {tag} removed").format(tag=tag)
    if before.split != after.split:
        yield translate("History", "split {split}").format(split=after.split or "–")
    if before.assigned_to != after.assigned_to:
        yield translate("History", "assigned to {person}").format(person=after.assigned_to or "–")


def _details(edits: tuple[Edit, ...], classes: Classes) -> Iterator[str]:
    """Before → after of every edit."""
    for edit in edits:
        if isinstance(edit, ImageEdit):
            yield f"{_label(edit.before)} → {_label(edit.after)}"
        else:
            before, after = (_box(a, classes) for a in (edit.before, edit.after))
            yield f"{before} → {after}"


def _label(label: ImageLabel) -> str:
    parts = [state_title(label.state)]
    if label.is_normal:
        parts.append(translate("History", "normal"))
    return " ".join([*parts, *(f"#{tag}" for tag in label.tags)])


def _box(annotation: Annotation | None, classes: Classes) -> str:
    if annotation is None:
        return "–"
    box = annotation.box
    score = "" if annotation.score is None else f" {annotation.score:.2f}"
    size = f"{_px(box.width)}×{_px(box.height)}"
    name = _name(annotation, classes)
    if annotation.is_proposal:
        name = translate("History", "proposal {name}").format(name=name)
    return f"{name}{score} {size} @ {_px(box.left)}, {_px(box.top)}"


def _name(annotation: Annotation, classes: Classes) -> str:
    known = classes.get(annotation.class_id)
    return class_title(known) if known else translate("History", "a class that is gone")


def _is_same_size(a: Box, b: Box) -> bool:
    return abs(a.width - b.width) <= _SAME_PX and abs(a.height - b.height) <= _SAME_PX


def _px(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
