"""Brings in what was done in a copy of the project, on another machine or by another person.

Gestures come over one by one, with who did them and when, under the rules of this project. An image
that was changed in both copies stays as it is here, and is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.core.annotation import Annotation
from app.core.conversation import Exchange
from app.core.edit import AnnotationEdit, Edit
from app.core.errors import UserError
from app.core.language import LANGUAGES
from app.core.merging import Step, in_both, missing
from app.core.progress import OnProgress, Progress, ignore_progress
from app.storage.conversations import StoredConversation
from app.storage.project import Project

_NEVER_TAKEN = frozenset({"split"})
"""Kinds of gestures: which photos are trained on is decided once, here."""


@dataclass(slots=True)
class MergeReport:
    """`images` got `gestures` that they hadn't. What was left as it is here, by path: `conflicts`
    were changed in both copies, `refused` by what these rules don't allow, `unknown` are photos
    that this project hasn't."""

    images: int = 0
    gestures: int = 0
    comments: int = 0
    visits: int = 0
    second: int = 0
    people: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    refused: list[tuple[str, UserError]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def merge(
    project: Project,
    other: Project,
    *,
    actor: str,
    on_progress: OnProgress = ignore_progress,
) -> MergeReport:
    """Takes from `other`, which is only read, what `project` hasn't; backed up before.

    Done again, it takes what is new since. Raises UserError when they are no copies of one project.
    """
    if not _are_copies(project, other):
        raise UserError(
            f"{other.folder} is no copy of {project.folder}: they have nothing in common.",
            hint="Merge copies of one project folder. What another one exported can be imported.",
        )
    project.back_up()
    report, theirs = MergeReport(), other.log.steps()
    with project.transaction():
        mine = project.log.steps()
        images = _known_images(project, other, report)
        _bring_people(project, other, report)
        mapping = _Mapping(project, other, actor=actor)
        for done, (their_id, my_id) in enumerate(images.items(), start=1):
            taking = _Taking(project, other, my_id, their_id, mapping)
            taking.take(mine.get(my_id, []), theirs.get(their_id, []), report)
            on_progress(Progress(done, len(images), taking.path))
        _bring_comments(project, other, images, report)
        _bring_visits(project, other, images, report)
        _bring_second(project, other, images, mapping, report, actor=actor)
    return report


class _Taking:
    """What one image gets."""

    def __init__(
        self,
        project: Project,
        other: Project,
        my_id: int,
        their_id: int,
        mapping: "_Mapping",
    ) -> None:
        self._project, self._other = project, other
        self._my_id, self._their_id, self._mapping = my_id, their_id, mapping
        self.path = project.images.get(my_id).path

    def take(self, mine: Sequence[Step], theirs: Sequence[Step], report: MergeReport) -> None:
        told = [step for step in theirs if step.kind not in _NEVER_TAKEN]
        wanted = missing(mine, told)
        if not wanted:
            return
        if missing(told, [step for step in mine if step.kind not in _NEVER_TAKEN]):
            report.conflicts.append(self.path)
            return
        try:
            with self._project.transaction():
                self._replay(wanted, in_both(mine, told))
                for run_id in self._mapping.runs_over(self._their_id):
                    self._project.runs.mark_seen(run_id, [self._my_id])
                self._bring_conversations()
        except UserError as e:
            report.refused.append((self.path, e))
        else:
            report.images += 1
            report.gestures += len(wanted)

    def _replay(self, wanted: Sequence[Step], shared: Sequence[tuple[int, int]]) -> None:
        ids = {there: here for here, there in shared}
        for step in wanted:
            gesture = self._other.log.get(step.gesture_id, most_edits=0)
            edits = self._other.log.edits_of(step.gesture_id, self._their_id)
            ids[step.gesture_id] = self._project.take_over(
                [self._edit(edit) for edit in edits],
                actor=gesture.actor,
                kind=gesture.kind,
                at=gesture.at,
                reverts=ids.get(gesture.reverts or 0),
                standing=gesture.standing,
            )
        for here, there in shared:
            standing = self._other.log.get(there, most_edits=0).standing
            if standing != self._project.log.get(here, most_edits=0).standing:
                # It may have changed other images, too, for which it stands as it does here.
                self._project.log.set_standing(here, "fixed")

    def _edit(self, edit: Edit) -> Edit:
        if not isinstance(edit, AnnotationEdit):
            return replace(edit, image_id=self._my_id)
        before, after = (a and self._mapping.annotation(a) for a in (edit.before, edit.after))
        return AnnotationEdit(self._my_id, before, after)

    def _bring_conversations(self) -> None:
        """Those that people edited or approved there, where nobody did here."""
        for language in LANGUAGES:
            here = self._project.conversations.of_image(self._my_id, language)
            there = self._other.conversations.of_image(self._their_id, language)
            if there is not None and _by_people(there) and not (here and _by_people(here)):
                exchanges = tuple(self._mapping.exchange(e) for e in there.exchanges)
                taken = replace(there, image_id=self._my_id, exchanges=exchanges)
                self._project.conversations.put(taken)


class _Mapping:
    """Classes and runs have numbers of their own in each copy. Those that lack here come in."""

    def __init__(self, project: Project, other: Project, *, actor: str) -> None:
        names = {c.name: c.id for c in project.classes.all()}
        lacking = [c for c in other.classes.all() if c.name not in names]
        names |= {c.name: c.id for c in project.add_classes(lacking, actor=actor)}
        self._classes = {c.id: names[c.name] for c in other.classes.all()}
        self._runs = {
            there: project.runs.open(key, actor=began)
            for there, (key, began) in other.runs.keys().items()
        }

        self._seen = {here: other.runs.seen(there) for there, here in self._runs.items()}

    def runs_over(self, their_id: int) -> list[int]:
        """The models that have looked at the image there, as runs here."""
        return [here for here, seen in self._seen.items() if their_id in seen]

    def annotation(self, a: Annotation) -> Annotation:
        run_id = None if a.run_id is None else self._runs[a.run_id]
        return replace(a, class_id=self._classes[a.class_id], run_id=run_id)

    def exchange(self, e: Exchange) -> Exchange:
        return replace(e, class_id=None if e.class_id is None else self._classes[e.class_id])


def _are_copies(project: Project, other: Project) -> bool:
    """They began with the same gesture."""
    first, there = project.log.first(), other.log.first()
    return first is not None and first == there


def _known_images(project: Project, other: Project, report: MergeReport) -> dict[int, int]:
    """Image id there → here, of the photos that both have with the same content."""
    here = {image.path: image for image in project.images.all()}
    known: dict[int, int] = {}
    for image in other.images.all():
        same = here.get(image.path)
        if same is not None and same.content_hash == image.content_hash:
            known[image.id] = same.id
        else:
            report.unknown.append(image.path)
    return known


def _bring_people(project: Project, other: Project, report: MergeReport) -> None:
    """Whoever is new here keeps their role; who is known has the one that they have here."""
    known = {person.name for person in project.people.all()}
    for person in other.people.all():
        if person.name not in known:
            project.people.put(person)
            report.people.append(person.name)


def _bring_comments(
    project: Project, other: Project, images: Mapping[int, int], report: MergeReport
) -> None:
    """All that lack here, and whether one is dealt with where only one copy says so."""
    for their_id, my_id in images.items():
        mine = {(c.author, c.at, c.text, c.uid): c for c in project.comments.of_image(my_id)}
        for comment in other.comments.of_image(their_id):
            same = mine.get((comment.author, comment.at, comment.text, comment.uid))
            if same is None:
                project.comments.take_over(comment, my_id)
                report.comments += 1
            elif same.is_open and comment.resolved_by is not None:
                project.comments.resolve(same.id, comment.resolved_by)


def _bring_visits(
    project: Project, other: Project, images: Mapping[int, int], report: MergeReport
) -> None:
    for their_id, my_id in images.items():
        mine = {(v.person, v.started_at) for v in project.visits.of_image(my_id)}
        for visit in other.visits.of_image(their_id):
            if (visit.person, visit.started_at) not in mine:
                project.visits.add(replace(visit, image_id=my_id))
                report.visits += 1


def _bring_second(
    project: Project,
    other: Project,
    images: Mapping[int, int],
    mapping: _Mapping,
    report: MergeReport,
    *,
    actor: str,
) -> None:
    """What people labelled a second time there and have not begun here, or went on with there; and
    what is gold. What went on in both stays as it is here."""
    for each in other.second.all():
        if each.image_id not in images:
            continue
        mine = project.second.get(images[each.image_id], each.person)
        boxes = tuple(map(mapping.annotation, each.annotations))
        theirs = replace(each, image_id=images[each.image_id], annotations=boxes)
        if mine == theirs:
            continue
        here, there = (
            {gesture.at for gesture in copy.log.second_of_image(image_id, each.person)}
            for copy, image_id in ((project, theirs.image_id), (other, each.image_id))
        )
        if mine is None or mine.label.state in ("new", "prelabelled") or here < there:
            project.second.put(theirs)
            report.second += 1
        elif not there <= here:
            report.conflicts.append(project.images.get(theirs.image_id).path)
    project.second.name_gold([images[i] for i in other.second.gold() if i in images], actor)


def _by_people(conversation: StoredConversation) -> bool:
    return conversation.approved_by is not None or any(e.author for e in conversation.exchanges)
