"""Brings in what was done in a copy of the project, on another machine or by another person.

Gestures come over one by one, with who did them and when, under the rules of this project. An image
that people or models changed in both copies stays as it is here, and is told; who is to label it is
no change to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.core.annotation import Annotation
from app.core.conversation import Exchange
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.errors import UserError
from app.core.language import LANGUAGES
from app.core.merging import Step, in_both, missing
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.second import SecondLabelling
from app.services.merge_comments import bring_comments
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
        _bring_people(project, other, report, actor=actor)
        mapping = _Mapping(project, other, actor=actor)
        for done, (their_id, my_id) in enumerate(images.items(), start=1):
            taking = _Taking(project, other, my_id, their_id, mapping)
            taking.take(mine.get(my_id, []), theirs.get(their_id, []), report)
            on_progress(Progress(done, len(images), taking.path))
        report.comments = bring_comments(project, other, images)
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
        wanted = self._that_fits(missing(mine, told))
        if not wanted:
            return
        if any(map(_is_work, wanted)) and missing(told, list(filter(_is_work, mine))):
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

    def _that_fits(self, wanted: Sequence[Step]) -> list[Step]:
        """Without assignments of an image that is somebody else's here: they stay as they are."""
        whose = self._project.images.get(self._my_id).label.assigned_to
        fitting = []
        for step in wanted:
            if step.kind == "assign":
                (edit,) = self._other.log.edits_of(step.gesture_id, self._their_id)
                assert isinstance(edit, ImageEdit)
                if edit.before.assigned_to != whose:
                    continue
                whose = edit.after.assigned_to
            fitting.append(step)
        return fitting

    def _replay(self, wanted: Sequence[Step], shared: Sequence[tuple[int, int]]) -> None:
        ids = {there: here for here, there in shared}
        for step in wanted:
            gesture = self._other.log.without_edits(step.gesture_id)
            edits = self._other.log.edits_of(step.gesture_id, self._their_id)
            ids[step.gesture_id] = self._project.take_over(
                [
                    self._on_what_stands(edit) if step.kind == "assign" else taken
                    for edit in edits
                    if (taken := self._edit(edit)) is not None
                ],
                actor=gesture.actor,
                kind=gesture.kind,
                at=gesture.at,
                reverts=ids.get(gesture.reverts or 0),
                standing=gesture.standing,
            )
        for here, there in shared:
            standing = self._other.log.without_edits(there).standing
            if standing != self._project.log.without_edits(here).standing:
                # It may have changed other images, too, for which it stands as it does here.
                self._project.undo_line.set_standing(here, "fixed")

    def _on_what_stands(self, edit: Edit) -> Edit:
        """Whose the image is to label, whatever else is said of it here."""
        assert isinstance(edit, ImageEdit)
        label = self._project.images.get(self._my_id).label
        return ImageEdit(self._my_id, label, replace(label, assigned_to=edit.after.assigned_to))

    def _edit(self, edit: Edit) -> Edit | None:
        """None where it changed a class to what is the same class by now."""
        if not isinstance(edit, AnnotationEdit):
            return replace(edit, image_id=self._my_id)
        before, after = (a and self._mapping.annotation(a) for a in (edit.before, edit.after))
        return None if before == after else AnnotationEdit(self._my_id, before, after)

    def _bring_conversations(self) -> None:
        """Those that people edited or approved there, where nobody did here."""
        for language in LANGUAGES:
            here = self._project.conversations.of_image(self._my_id, language)
            there = self._other.conversations.of_image(self._their_id, language)
            if there is not None and _by_people(there) and not (here and _by_people(here)):
                exchanges = tuple(self._mapping.exchange(e) for e in there.exchanges)
                taken = replace(there, image_id=self._my_id, exchanges=exchanges)
                self._project.conversations.put(taken)


def _is_work(step: Step) -> bool:
    return step.kind not in ("assign", *_NEVER_TAKEN)


class _Mapping:
    """Classes and runs have numbers of their own in each copy. Those that lack here come in. What
    both had from the beginning is the same class, whatever it is called here or there."""

    def __init__(self, project: Project, other: Project, *, actor: str) -> None:
        origins = project.log.class_origins()
        known = {origin: class_id for class_id, origin in origins.items()}
        names = {c.name: c.id for c in project.classes.all()}
        theirs, began = other.classes.ever(), other.log.class_origins()
        same = {i: known[origin] for i, origin in began.items() if origin in known}
        standing = [c for c in other.classes.all() if c.id not in same]
        lacking = [c for c in standing if c.name not in names]
        names |= {c.name: c.id for c in project.add_classes(lacking, actor=actor)}
        same |= {c.id: names[c.name] for c in standing}
        follower = other.classes.follower()
        self._classes = {i: same[follower.now(i)] for i in theirs if follower.now(i) in same}
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


def _bring_people(project: Project, other: Project, report: MergeReport, *, actor: str) -> None:
    """Who is known has the role that they have here. Whoever is new annotates, unless a lead brings
    them, and so says that they are what they are there."""
    may_keep_roles = project.people.meet(actor).leads
    known = {person.name for person in project.people.all()}
    for person in other.people.all():
        if person.name not in known:
            project.people.put(person if may_keep_roles else replace(person, role="annotator"))
            report.people.append(person.name)


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
        worn = each.disguise
        if worn is not None:  # beside a photo that lacks here it stands in its own place
            worn = replace(worn, beside=images.get(worn.beside, images[each.image_id]))
        theirs = replace(each, image_id=images[each.image_id], annotations=boxes, disguise=worn)
        if mine == theirs:
            continue
        here, there = (
            {gesture.at for gesture in copy.log.second_of_image(image_id, each.person)}
            for copy, image_id in ((project, theirs.image_id), (other, each.image_id))
        )
        if mine is None or here < there:
            project.second.put(theirs)
            _bring_second_conversations(project, other, each, theirs.image_id, mapping)
            report.second += 1
        elif not there <= here:
            report.conflicts.append(project.images.get(theirs.image_id).path)
    project.second.name_gold([images[i] for i in other.second.gold() if i in images], actor)


def _bring_second_conversations(
    project: Project, other: Project, each: SecondLabelling, my_id: int, mapping: _Mapping
) -> None:
    here, there = (copy.second.conversations_of(each.person) for copy in (project, other))
    for language in LANGUAGES:
        said = there.of_image(each.image_id, language)
        if said is not None:
            exchanges = tuple(map(mapping.exchange, said.exchanges))
            here.put(replace(said, image_id=my_id, exchanges=exchanges))


def _by_people(conversation: StoredConversation) -> bool:
    return conversation.approved_by is not None or any(e.author for e in conversation.exchanges)
