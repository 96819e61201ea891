"""Conversations are written, kept, edited and approved, and nothing that a person said is lost."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.language import Language
from app.core.progress import Cancelled, Progress
from app.services.conversation_writing import Writers, write_with, writers_for
from app.services.converse import (
    Conversation,
    ConverseReport,
    add_exchange,
    approve,
    ask_again,
    conversation_of,
    edit_exchange,
    remove_exchange,
    write_again,
    write_conversations,
)
from app.services.create import load_label_set
from app.services.import_photos import import_photos
from app.services.questions import add_questions, questions_yaml
from app.storage.project import Project
from tests.helpers.reviewing import bring_to

STREAK = Annotation("u1", 1, Box(150, 10, 160, 90), author="li")
EN: tuple[Language, ...] = ("en",)
BOTH: tuple[Language, ...] = ("en", "zh")


@pytest.fixture
def bed(project: Project, photos: Path) -> Project:
    """Powder-bed classes; a streak on the right of image 1, nothing on the five others."""
    project.add_classes(load_label_set("powder-bed").classes, actor="lead")
    import_photos(project, photos)
    project.apply([AnnotationEdit(1, None, STREAK)], actor="li")
    return project


@pytest.fixture
def writers(bed: Project) -> Writers:
    return writers_for(bed, EN)


def draw(project: Project, uid: str, box: Box, *, class_id: int = 1) -> None:
    project.apply([AnnotationEdit(1, None, Annotation(uid, class_id, box, author="li"))], actor="x")


def written(
    project: Project, languages: Iterable[Language] = EN, *, again: bool = False
) -> ConverseReport:
    images = list(project.images.all())
    return write_conversations(project, images, writers_for(project, languages), again=again)


def seen(project: Project, writers: Writers, language: Language = "en") -> Conversation:
    return conversation_of(project, project.images.get(1), language, writers)


def edited(
    project: Project, conversation: Conversation, words: str, index: int = 0
) -> Conversation:
    return edit_exchange(
        project, conversation, index, question="Is it right?", answer=words, person="wang"
    )


def answers(conversation: Conversation) -> list[str]:
    return [exchange.answer for exchange in conversation.stored.exchanges]


def stored(project: Project, language: Language = "en") -> object:
    return project.conversations.of_image(1, language)


def test_each_image_is_written_once(bed: Project) -> None:
    report = written(bed, BOTH)
    assert (report.written, report.kept) == (12, 0)
    report = written(bed, BOTH)
    assert (report.written, report.kept) == (0, 12)
    assert {language: n.written for language, n in bed.conversations.counts().items()} == {
        "en": 6,
        "zh": 6,
    }


def test_what_is_not_known_of_a_class_that_is_drawn_is_told(bed: Project) -> None:
    streak = bed.classes.all()[0]
    bed.change_class(replace(streak, en=replace(streak.en, causes=())), actor="lead")
    (note,) = written(bed).notes
    assert "in en" in note and "causes of streak." in note
    assert written(bed, ["zh"]).notes == ()


def test_only_what_is_stale_is_written_anew(bed: Project) -> None:
    written(bed, BOTH)
    before = bed.conversations.of_image(2, "en")
    draw(bed, "u2", Box(10, 10, 20, 90))
    report = written(bed, BOTH)
    assert (report.written, report.kept) == (2, 10)
    assert bed.conversations.of_image(2, "en") == before


def test_another_seed_or_question_set_is_kept_and_writes_anew(bed: Project) -> None:
    written(bed)
    first = stored(bed)
    write_with(bed, seed=5)
    assert written(bed).written == 6
    assert stored(bed) != first
    assert written(bed).written == 0
    write_with(bed, questions="surface", seed=0)
    assert written(bed).written == 6
    write_with(bed, questions="powder-bed")
    assert written(bed).written == 6
    assert stored(bed) == first
    assert written(bed, again=True).written == 0  # written again, it says the same
    with pytest.raises(UserError, match="no question set"):
        write_with(bed, questions="poetry")


def test_what_is_learned_of_a_class_is_asked_from_then_on(bed: Project, writers: Writers) -> None:
    streak = bed.classes.all()[0]
    bed.change_class(replace(streak, en=replace(streak.en, causes=())), actor="lead")
    written(bed)

    def asked() -> set[int | None]:
        """Of which classes (None: of all that is seen) the cause is asked."""
        return {e.class_id for e in seen(bed, writers).stored.exchanges if e.kind == "cause"}

    assert not asked() & {streak.id, None}
    bed.change_class(streak, actor="lead")
    assert written(bed).written == 6  # images without a streak are spoken of it, too
    assert asked() >= {streak.id, None}
    approve(bed, seen(bed, writers), person="wang")
    bed.change_class(replace(streak, en=replace(streak.en, causes=("wear",))), actor="lead")
    report = written(bed)
    assert (report.written, report.kept) == (5, 1)  # somebody stood up for it


def test_a_changed_phrasing_writes_anew_and_a_moved_line_does_not(bed: Project) -> None:
    yaml = questions_yaml("powder-bed", "en")
    add_questions(bed, yaml, source="a.yaml", actor="lead")
    written(bed)
    add_questions(bed, f"# ours\n{yaml}", source="a.yaml", actor="lead")
    assert written(bed).written == 0
    changed = yaml.replace("{{ causes }}", "{{ causes }} (ours)")
    add_questions(bed, changed, source="a.yaml", actor="lead")
    assert written(bed).written == 6
    assert "(ours)" in str(stored(bed))


def test_stopped_it_goes_on_from_there(bed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.converse._BATCH", 2)

    def stop(progress: Progress) -> None:
        if progress.done == 4:
            raise Cancelled

    images, writers = list(bed.images.all()), writers_for(bed, EN)
    with pytest.raises(Cancelled):
        write_conversations(bed, images, writers, on_progress=stop)
    assert bed.conversations.image_ids("en") == [1, 2, 3, 4]
    assert written(bed).written == 2


def test_turns_by_people_stay_when_the_rest_is_written_anew(bed: Project, writers: Writers) -> None:
    first = seen(bed, writers)
    mine = edited(bed, first, "Yes, there is a streak on the right.", index=1)
    mine = add_exchange(
        bed, mine, kind="cause", question="Why?", answer="The blade is worn.", person="wang"
    )
    assert [e.author for e in mine.stored.exchanges if e.author] == ["wang", "wang"]
    for renewed in (write_again(bed, mine, writers), None):
        if renewed is None:
            write_with(bed, seed=9)
            written(bed)
            renewed = seen(bed, writers_for(bed, EN))
        by_people = [e for e in renewed.stored.exchanges if e.author]
        assert [e.answer for e in by_people] == [
            "Yes, there is a streak on the right.",
            "The blade is worn.",
        ]
        assert len(renewed.stored.exchanges) == len(first.stored.exchanges) + 1
        assert set(answers(renewed)) - set(answers(first)) > {"The blade is worn."}


def test_a_conversation_with_turns_by_people_is_stale_until_somebody_approves_it(
    bed: Project, writers: Writers
) -> None:
    mine = edited(bed, seen(bed, writers), "Yes, there is one streak on the right.")
    assert mine.changes == ()
    draw(bed, "u2", Box(10, 10, 20, 90))
    for _ in range(2):
        written(bed)
        mine = seen(bed, writers)
        assert [(c.kind, c.label) for c in mine.changes] == [("added", "streak")]
    assert answers(mine)[0] == "Yes, there is one streak on the right."
    located = next(e for e in mine.stored.exchanges if e.section == "where")
    assert set(located.answer.removeprefix("<boxes:").rstrip(">").split()) == {"u1", "u2"}
    approved = approve(bed, mine, person="zhao")
    assert approved.changes == () and approved.stored.approved_by == "zhao"
    assert seen(bed, writers).stored == approved.stored


def test_the_one_turn_that_it_was_stale_for_can_be_mended(bed: Project, writers: Writers) -> None:
    mine = edited(bed, seen(bed, writers), "One streak.")
    draw(bed, "u2", Box(10, 10, 20, 90))
    mine = seen(bed, writers)
    assert mine.changes
    assert edited(bed, mine, "Two streaks.").changes == ()


def test_an_approved_conversation_that_turns_stale_says_why_until_it_is_approved_again(
    bed: Project, writers: Writers
) -> None:
    approved = approve(bed, seen(bed, writers), person="zhao")
    write_with(bed, seed=3)
    assert written(bed, again=True).written == 5
    assert stored(bed) == approved.stored
    draw(bed, "u2", Box(10, 10, 20, 90))
    written(bed)
    now = seen(bed, writers_for(bed, EN))
    assert [(change.kind, change.label) for change in now.changes] == [("added", "streak")]
    assert now.stored.exchanges != approved.stored.exchanges


def test_any_change_opens_an_approved_conversation(bed: Project, writers: Writers) -> None:
    approved = approve(bed, seen(bed, writers), person="zhao")
    assert edited(bed, approved, "A streak on the right.").stored.approved_by is None


def test_one_turn_in_other_words(bed: Project, writers: Writers) -> None:
    first = seen(bed, writers)
    index = next(n for n, e in enumerate(first.stored.exchanges) if e.section == "cause")
    again = ask_again(bed, first, index, writers)
    changed = [a != b for a, b in zip(first.stored.exchanges, again.stored.exchanges, strict=True)]
    assert changed.index(True) == index and sum(changed) == 1
    assert again.stored.exchanges[index].variant == 1
    assert seen(bed, writers).stored == again.stored
    added = add_exchange(bed, again, kind="cause", question="?", answer="!", person="wang")
    with pytest.raises(UserError, match="nothing to write"):
        ask_again(bed, added, len(added.stored.exchanges) - 1, writers)


def test_a_turn_can_go(bed: Project, writers: Writers) -> None:
    first = seen(bed, writers)
    left = remove_exchange(bed, first, 2)
    assert answers(left) == answers(first)[:2] + answers(first)[3:]
    assert seen(bed, writers).stored == left.stored


def test_what_somebody_else_changed_meanwhile_is_never_written_over(
    bed: Project, writers: Writers
) -> None:
    first = seen(bed, writers)
    theirs = edited(bed, first, "Theirs.")
    with pytest.raises(UserError, match="in the meantime"):
        edited(bed, first, "Mine.")
    assert stored(bed) == theirs.stored
    draw(bed, "u2", Box(10, 10, 20, 90))
    with pytest.raises(UserError, match="in the meantime"):
        approve(bed, theirs, person="zhao")
    assert stored(bed) == theirs.stored


def test_whoever_approves_an_image_approves_its_conversations(bed: Project) -> None:
    written(bed, BOTH)
    approved = bring_to(bed, 1, "approved")
    found = [bed.conversations.of_image(1, language) for language in BOTH]
    assert [c.approved_by for c in found if c] == ["wang", "wang"]
    assert bed.conversations.counts()["en"].approved == 1
    reopened = replace(approved, state="in_progress", reason="a slip")
    bed.apply([ImageEdit(1, approved, reopened)], actor="wang")
    assert bed.conversations.counts()["en"].approved == 0
    bed.undo("wang")
    assert bed.conversations.counts()["zh"].approved == 1


def test_nothing_is_said_of_an_image_that_nobody_looked_at(bed: Project, writers: Writers) -> None:
    with pytest.raises(UserError, match="nothing to say"):
        conversation_of(bed, bed.images.get(2), "en", writers)
    assert bed.conversations.of_image(2, "en") is None


def test_a_job_that_sets_the_state_approves_no_conversation(bed: Project) -> None:
    before = bed.images.get(3).label
    new = Annotation(new_uid(), 1, Box(0, 0, 9, 9), author="lead")
    begun = replace(before, state="in_progress")
    edits = [AnnotationEdit(3, None, new), ImageEdit(3, before, begun)]
    bed.apply(edits, actor="lead", kind="import")
    written(bed)
    approved = replace(begun, state="approved", reviewer="lead")
    bed.apply([ImageEdit(3, begun, approved)], actor="lead", kind="import")
    assert bed.conversations.counts()["en"].approved == 0
