"""Says why a conversation no longer fits its image."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.conversations.facts import ImageFacts
from app.conversations.lexicon import LEXICONS
from app.core.language import Language

ChangeKind = Literal["added", "removed", "moved", "class", "tags", "renamed", "gone"]


@dataclass(frozen=True, slots=True)
class Change:
    """What is otherwise than when the conversation was written.

    A box was added, removed, moved, or has another class; a tag came or went; a class was renamed;
    or taken out of the project ("gone"). `label` is the class as it is called now
    (or was, for one that is gone), or the tag.
    """

    kind: ChangeKind
    label: str


def is_stale(then: str, now: str) -> bool:
    """Whether a conversation of the first fingerprint may be wrong for the second.

    A class that came to the project since makes nothing wrong that was said before it.
    """
    if then == now:
        return False
    old, new = json.loads(then), json.loads(now)
    labels = new.pop("classes")
    known = old.pop("classes").items()
    return old != new or any(labels.get(class_id) != label for class_id, label in known)


def changes(then: str, now: str, facts: ImageFacts, language: Language) -> list[Change]:
    """What differs between two fingerprints, the second that of `facts` in that language.

    Boxes come first, in the order of the image, and those that are gone after them.
    """
    old, new = json.loads(then), json.loads(now)
    names = {**old["classes"], **new["classes"]}
    names.update({str(c.id): LEXICONS[language].name(c) for c in facts.classes})
    return [
        *_of_boxes(old["boxes"], new["boxes"], names, [thing.uid for thing in facts.things]),
        *(Change("tags", tag) for tag in sorted({*old["tags"]} ^ {*new["tags"]})),
        *_of_classes(old["classes"], new["classes"], names),
    ]


def _of_boxes(
    old: Mapping[str, list[Any]],
    new: Mapping[str, list[Any]],
    names: Mapping[str, str],
    order: list[str],
) -> Iterator[Change]:
    for uid in order:
        class_id, *box = new[uid]
        label = names[str(class_id)]
        if uid not in old:
            yield Change("added", label)
            continue
        old_class_id, *old_box = old[uid]
        if class_id != old_class_id:
            yield Change("class", label)
        if box != old_box:
            yield Change("moved", label)
    for uid, (class_id, *_) in old.items():
        if uid not in new:
            yield Change("removed", names[str(class_id)])


def _of_classes(
    old: Mapping[str, str], new: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[Change]:
    for class_id, label in old.items():
        if class_id not in new:
            yield Change("gone", label)
        elif label != new[class_id]:
            yield Change("renamed", names[class_id])
