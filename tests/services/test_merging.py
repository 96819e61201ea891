"""Two copies of a project, worked on apart, come together: nothing is lost, nothing illegal."""

import json
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.cli import command_line
from app.core.annotation import Annotation
from app.core.comment import Turn, threads
from app.core.corrections import assigned, drawn, marked_normal, removed, submitted
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.people import Person
from app.core.review import approved, excluded, reopened, returned
from app.core.shape import Shape
from app.core.sheet import Sheet
from app.services.merge import merge
from app.storage.conversations import StoredConversation
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.helpers.copies import copied
from tests.helpers.reviewing import bring_to

BOX = Box(10, 10, 40, 40)
IMAGES = range(1, 5)


def made(folder: Path) -> Project:
    """Four images; lee leads, ann and bo label, wang reviews. Image 1 has a streak by ann."""
    project = Project.create(folder)
    project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lee")
    with project.transaction():
        project.images.add(NewImage(f"photos/{n}.png", f"hash{n}", 10, n, 200, 100) for n in IMAGES)
        for name, role in (("ann", "annotator"), ("bo", "annotator"), ("wang", "reviewer")):
            project.people.put(Person(name, role, "#000000", "2026-01-01"))  # type: ignore[arg-type]
    project.apply([AnnotationEdit(1, None, Annotation("u1", 1, BOX, author="ann"))], actor="ann")
    return project


@pytest.fixture
def copies(tmp_path: Path):
    mine = made(tmp_path / "mine")
    theirs = copied(mine, tmp_path / "theirs")
    yield mine, theirs
    mine.close()
    theirs.close()


def sheet(project: Project, image_id: int, *, reviewed: bool = False) -> Sheet:
    image = project.images.get(image_id)
    boxes = tuple(project.annotations.of_image(image_id))
    return Sheet(image_id, 200, 100, image.label, boxes, is_reviewed=reviewed)


def draw(project: Project, image_id: int, who: str, box: Box = BOX, class_id: int = 2) -> None:
    edits = drawn(sheet(project, image_id), [(class_id, Shape(box, None))], person=who)[0]
    project.apply(edits, actor=who)


def submit(project: Project, image_id: int, who: str) -> None:
    project.apply(submitted(sheet(project, image_id), unseen=(), person=who), actor=who)


def said(project: Project):
    return {i: sheet(project, i) for i in IMAGES}


def test_work_on_different_images_comes_together(copies) -> None:
    mine, theirs = copies
    draw(mine, 1, "ann")
    draw(theirs, 2, "bo")
    submit(theirs, 2, "bo")
    report = merge(mine, theirs, actor="lee")
    assert (report.images, report.gestures, report.conflicts) == (1, 2, [])
    assert sheet(mine, 2) == sheet(theirs, 2)
    assert len(mine.annotations.of_image(1)) == 2
    assert [g.actor for g in mine.log.of_image(2)] == ["bo", "bo"]
    assert [g.at for g in mine.log.of_image(2)] == [g.at for g in theirs.log.of_image(2)]


def test_again_it_takes_what_is_new(copies) -> None:
    mine, theirs = copies
    draw(theirs, 2, "bo")
    merge(mine, theirs, actor="lee")
    assert merge(mine, theirs, actor="lee").images == 0
    submit(theirs, 2, "bo")
    report = merge(mine, theirs, actor="lee")
    assert (report.images, report.gestures) == (1, 1)
    assert sheet(mine, 2) == sheet(theirs, 2)


def test_and_back(copies) -> None:
    mine, theirs = copies
    draw(mine, 3, "ann")
    draw(theirs, 2, "bo")
    merge(mine, theirs, actor="lee")
    merge(theirs, mine, actor="lee")
    assert said(mine) == said(theirs)
    assert (mine.log.replay(), mine.log.replay_labels()) == (
        theirs.log.replay(),
        theirs.log.replay_labels(),
    )


def test_what_was_changed_in_both_stays_and_is_told(copies) -> None:
    mine, theirs = copies
    draw(mine, 1, "ann")
    draw(theirs, 1, "bo")
    before = sheet(mine, 1)
    report = merge(mine, theirs, actor="lee")
    assert (report.images, report.conflicts) == (0, ["photos/1.png"])
    assert sheet(mine, 1) == before


def test_an_undo_there_is_one_here(copies) -> None:
    mine, theirs = copies
    theirs.undo("ann")
    draw(theirs, 2, "bo")
    theirs.undo("bo")
    merge(mine, theirs, actor="lee")
    assert said(mine) == said(theirs)
    assert mine.annotations.of_image(1) == []
    mine.redo("bo")
    assert len(mine.annotations.of_image(2)) == 1


def test_what_these_rules_do_not_allow_is_refused_alone(copies) -> None:
    mine, theirs = copies
    with theirs.transaction():
        theirs.people.put(Person("bo", "reviewer", "#000000", "2026-01-01"))
    for image_id in (1, 2):
        bring_to(theirs, image_id, "submitted", is_normal=image_id == 2)
    theirs.apply(approved(sheet(theirs, 1), person="bo"), actor="bo")
    report = merge(mine, theirs, actor="lee")
    assert [path for path, _ in report.refused] == ["photos/1.png"]
    assert "may not make an image approved" in report.refused[0][1].what
    assert sheet(mine, 1).label.state == "new"
    assert sheet(mine, 2).label.state == "submitted"


def test_classes_and_runs_that_are_numbered_otherwise_are_the_same(copies) -> None:
    mine, theirs = copies
    mine.add_classes([LabelClass("wrinkle")], actor="lee")
    theirs.add_classes([LabelClass("burr"), LabelClass("wrinkle")], actor="lee")
    with mine.transaction():
        mine.runs.open(RunKey("model", "old", "w0", {}), actor="lee")
    with theirs.transaction():
        run = theirs.runs.open(RunKey("model", "m", "w", {"a": 1}), actor="lee")
        theirs.runs.mark_seen(run, [2])
    found = Annotation("p1", 4, BOX, score=0.5, run_id=run)
    theirs.apply([AnnotationEdit(2, None, found)], actor="lee", kind="prelabel")
    merge(mine, theirs, actor="lee")
    (taken,) = mine.annotations.of_image(2)
    names = {c.id: c.name for c in mine.classes.all()}
    assert (names[taken.class_id], taken.run_id) == ("wrinkle", 2)
    assert sorted(names.values()) == ["burr", "slag", "streak", "wrinkle"]
    assert mine.runs.seen(2) == {2}


def test_comments_visits_people_and_second_labellings_come_too(copies) -> None:
    mine, theirs = copies
    first = mine.comments.add(1, "before", author="ann")
    theirs.comments.take_over(first, 1)
    theirs.comments.resolve(theirs.comments.of_image(1)[0].id, "wang")
    theirs.comments.add(1, "there", author="bo", uid="u1")
    mine.comments.add(1, "here", author="ann")
    with theirs.transaction():
        theirs.people.put(Person("zoe", "annotator", "#123456", "2026-02-02"))
        theirs.second.give(1, "zoe", "twice")
        mine.second.give(1, "bo", "gold")
    report = merge(mine, theirs, actor="lee")
    assert {c.text for c in mine.comments.of_image(1)} == {"before", "here", "there"}
    (before, dealt_with) = (
        next(c for c in copy.comments.of_image(1) if c.text == "before") for copy in copies
    )
    assert before.turns == dealt_with.turns and before.turns[0].person == "wang"
    assert (report.comments, report.people, report.second) == (1, ["zoe"], 1)
    assert {s.person for s in mine.second.all()} == {"bo", "zoe"}
    again = merge(mine, theirs, actor="lee")
    assert (again.comments, again.people, again.second) == (0, [], 0)


def talk(project: Project) -> list[tuple[str, str, list[str], tuple[Turn, ...], bool]]:
    return sorted(
        (t.root.text, t.root.at, [r.text for r in t.replies], t.root.turns, t.is_open)
        for t in threads(project.comments.of_image(1))
    )


def test_threads_come_together_with_who_dealt_with_them_when(copies) -> None:
    mine, theirs = copies
    first = mine.comments.add(1, "slag?", author="ann")
    mine.comments.resolve(first.id, "wang")
    theirs.comments.add(1, "another one", author="bo")  # so that numbers differ
    theirs.comments.take_over(first, 1)
    merge(theirs, mine, actor="lee")
    assert talk(theirs)[1] == talk(mine)[0]
    question = next(c for c in theirs.comments.of_image(1) if c.text == "slag?")
    time.sleep(0.002)
    theirs.comments.reopen(question.id, "bo")
    theirs.comments.reply(question.id, "look at the edge", author="bo")
    time.sleep(0.002)
    mine.comments.reply(first.id, "a shadow", author="wang")
    report = merge(mine, theirs, actor="lee")
    assert report.comments == 2
    merge(theirs, mine, actor="lee")
    assert talk(mine) == talk(theirs)
    _, (_, _, replies, turns, is_open) = talk(mine)
    assert (set(replies), is_open) == ({"look at the edge", "a shadow"}, True)
    assert [(turn.person, turn.is_open) for turn in turns] == [("wang", False), ("bo", True)]
    assert merge(mine, theirs, actor="lee").comments == 0


def test_the_last_word_of_both_copies_counts(copies) -> None:
    mine, theirs = copies
    first = mine.comments.add(1, "slag?", author="ann")
    theirs.comments.take_over(first, 1)
    theirs.comments.resolve(theirs.comments.of_image(1)[0].id, "bo")
    time.sleep(0.002)
    mine.comments.resolve(first.id, "wang")
    mine.comments.reopen(first.id, "ann")
    merge(mine, theirs, actor="lee")
    merge(theirs, mine, actor="lee")
    ((_, _, _, turns, is_open),) = talk(mine)
    assert talk(mine) == talk(theirs) and is_open
    assert [turn.person for turn in turns] == ["bo", "wang", "ann"]


@pytest.mark.parametrize(("by", "role"), [("lee", "reviewer"), ("ann", "annotator")])
def test_only_a_lead_brings_people_who_are_more_than_annotators(copies, by: str, role: str) -> None:
    mine, theirs = copies
    with theirs.transaction():
        theirs.people.put(Person("zoe", "reviewer", "#123456", "2026-02-02"))
        theirs.people.put(Person("bo", "lead", "#123456", "2026-02-02"))
    submit_normal(theirs, 2, "bo")
    theirs.apply(approved(sheet(theirs, 2), person="zoe"), actor="zoe")
    report = merge(mine, theirs, actor=by)
    roles = {person.name: person.role for person in mine.people.all()}
    assert (roles["zoe"], roles["bo"], report.people) == (role, "annotator", ["zoe"])
    assert [path for path, _ in report.refused] == ([] if by == "lee" else ["photos/2.png"])
    assert sheet(mine, 2).label.state == ("approved" if by == "lee" else "new")


def submit_normal(project: Project, image_id: int, who: str) -> None:
    project.apply(marked_normal(sheet(project, image_id), True), actor=who)
    submit(project, image_id, who)


def test_a_second_labelling_that_went_on_there_comes_whole(tmp_path: Path) -> None:
    with made(tmp_path / "mine") as mine:
        with mine.transaction():
            mine.second.give(1, "bo", "twice")
        label_again(mine, "b1")
        with copied(mine, tmp_path / "theirs") as theirs:
            label_again(theirs, "b2")
            said = StoredConversation(1, "en", "facts", "questions", 1, ())
            with theirs.transaction():
                theirs.second.conversations_of("bo").put(said)
            assert merge(mine, theirs, actor="lee").second == 1
            assert mine.second.get(1, "bo") == theirs.second.get(1, "bo")
            assert mine.second.conversations_of("bo").of_image(1, "en") == said


def test_one_that_went_on_in_both_stays_and_is_told(tmp_path: Path) -> None:
    with made(tmp_path / "mine") as mine:
        with mine.transaction():
            mine.second.give(1, "bo", "twice")
        with copied(mine, tmp_path / "theirs") as theirs:
            label_again(theirs, "b2")
            label_again(mine, "b1")
            before = mine.second.get(1, "bo")
            report = merge(mine, theirs, actor="lee")
            assert (report.second, report.conflicts) == (0, ["photos/1.png"])
            assert mine.second.get(1, "bo") == before


def label_again(project: Project, uid: str) -> None:
    """Bo draws one more box on image 1, which they label a second time."""
    time.sleep(0.002)  # by when it was done a step is known again
    second = project.second.get(1, "bo")
    assert second is not None
    begun = replace(second.label, state="in_progress")
    edits: list[Edit] = [AnnotationEdit(1, None, Annotation(uid, 1, BOX, author="bo"))]
    if begun != second.label:
        edits.append(ImageEdit(1, second.label, begun))
    project.apply(edits, actor="bo")


def test_photos_that_are_not_here_are_told(copies) -> None:
    mine, theirs = copies
    with theirs.transaction():
        theirs.images.add([NewImage("photos/9.png", "hash9", 1, 1, 200, 100)])
    draw(theirs, 5, "bo")
    assert merge(mine, theirs, actor="lee").unknown == ["photos/9.png"]


def test_another_project_is_refused(tmp_path: Path, copies) -> None:
    mine, _ = copies
    with made(tmp_path / "other") as other, pytest.raises(UserError, match="no copy"):
        merge(mine, other, actor="lee")


def test_it_is_backed_up_before(copies) -> None:
    mine, theirs = copies
    draw(theirs, 2, "bo")
    merge(mine, theirs, actor="lee")
    (backup,) = (mine.folder / "backups").iterdir()
    assert backup.stat().st_size > 0


def test_the_command(copies, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    mine, theirs = copies
    monkeypatch.setenv("FLAWMARK_USER", "lee")
    draw(theirs, 2, "bo")
    draw(mine, 1, "ann")
    draw(theirs, 1, "bo")
    arguments = ["merge", str(mine.folder), str(theirs.folder), "--json"]
    command_line().main(arguments, "flawmark", standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert (told["images"], told["conflicts"], told["refused"]) == (1, ["photos/1.png"], [])


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["mine", "theirs"]),
        st.sampled_from(IMAGES),
        st.sampled_from(["ann", "bo", "wang", "lee"]),
        st.sampled_from(
            ["draw", "clear", "normal", "submit", "approve", "return", "exclude", "reopen", "undo",
             "redo", "comment", "reply", "resolve", "reopen thread", "assign"]
        ),
    ),
    max_size=30,
)  # fmt: skip


def move(project: Project, image_id: int, who: str, what: str) -> None:
    now = sheet(project, image_id, reviewed=who in ("wang", "lee"))
    moves = {
        "draw": lambda: drawn(now, [(1, Shape(BOX, None))], person=who)[0],
        "clear": lambda: removed(now, [a.uid for a in now.annotations]),
        "normal": lambda: marked_normal(now, True),
        "submit": lambda: submitted(now, unseen=(), person=who),
        "approve": lambda: approved(now, person=who),
        "return": lambda: returned(now, "look again", person=who),
        "exclude": lambda: excluded(now, "blurred"),
        "reopen": lambda: reopened(now, "a slip"),
        "assign": lambda: assigned(now, who),
    }
    with suppress(UserError):
        if what == "undo":
            project.undo(who)
        elif what == "redo":
            project.redo(who)
        elif what == "comment":
            project.comments.add(image_id, f"{who} says", author=who)
        elif what in ("reply", "resolve", "reopen thread"):
            talk_on(project, image_id, who, what)
        else:
            project.apply(moves[what](), actor=who)


def talk_on(project: Project, image_id: int, who: str, what: str) -> None:
    for thread in threads(project.comments.of_image(image_id))[-1:]:
        if what == "reply":
            project.comments.reply(thread.root.id, f"{who} answers", author=who)
        elif what == "resolve":
            project.comments.resolve(thread.root.id, who)
        else:
            project.comments.reopen(thread.root.id, who)


def bare(said: Sheet) -> Sheet:
    """Whoever is to label it."""
    return replace(said, label=replace(said.label, assigned_to=None))


def all_said(projects: Iterable[Project]) -> tuple[set[object], set[object]]:
    """Every comment with what it answers; every time somebody dealt with a thread."""
    words, turns = set[object](), set[object]()
    for project in projects:
        for thread in (t for i in IMAGES for t in threads(project.comments.of_image(i))):
            root = (thread.root.image_id, thread.root.author, thread.root.at, thread.root.text)
            words |= {root, *((*root, r.author, r.at, r.text) for r in thread.replies)}
            turns |= {(*root, turn) for turn in thread.root.turns}
    return words, turns


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(MOVES)
def test_whatever_people_did_nothing_is_lost_and_nothing_is_illegal(tmp_path_factory, moves):
    folder = tmp_path_factory.mktemp("merge")
    with made(folder / "mine") as mine, copied(mine, folder / "theirs") as theirs:
        for where, *what in moves:
            move(mine if where == "mine" else theirs, *what)
        words, turns = all_said([mine, theirs])
        before, there = said(mine), said(theirs)
        report = merge(mine, theirs, actor="lee")
        after = said(mine)
        kept = {*report.conflicts, *(path for path, _ in report.refused)}
        for image_id in IMAGES:
            is_kept = f"photos/{image_id}.png" in kept
            assert bare(after[image_id]) in (
                (bare(before[image_id]),)
                if is_kept
                else (bare(before[image_id]), bare(there[image_id]))
            )
            assert after[image_id].label.assigned_to in (
                before[image_id].label.assigned_to,
                there[image_id].label.assigned_to,
            )
        assert not report.refused
        assert all_said([mine]) == (words, turns)
        standing = {a.uid: (i, a) for i in IMAGES for a in after[i].annotations}
        assert mine.log.replay() == standing
        labels = mine.log.replay_labels()
        assert all(labels[i] == after[i].label for i in labels)
        assert mine.integrity_problems() == []
        again = merge(mine, theirs, actor="lee")
        assert (again.images, again.comments) == (0, 0)
        assert said(mine) == after


def test_only_what_an_edit_changed_is_compared(copies) -> None:
    mine, theirs = copies
    label = mine.images.get(2).label
    mine.apply([ImageEdit(2, label, replace(label, split="train"))], actor="lee", kind="split")
    draw(theirs, 2, "bo")
    assert merge(mine, theirs, actor="lee").images == 1
    assert sheet(mine, 2).label.split == "train"
    assert len(sheet(mine, 2).annotations) == 1
