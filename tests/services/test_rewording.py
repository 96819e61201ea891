"""Prose is worded anew by a real server on this machine that behaves well, badly or not at all."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.annotation import Annotation
from app.core.chat import ChatServer, ServerUnusableError
from app.core.conversation import BOXES
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.progress import Cancelled
from app.core.stopping import Stop
from app.services.chat_servers import chat_with
from app.services.conversation_writing import writers_for
from app.services.converse import (
    approve,
    ask_again,
    conversation_of,
    edit_exchange,
    write_conversations,
)
from app.services.create import load_label_set
from app.services.import_photos import import_photos
from app.services.reword import reword
from app.services.reword_plan import RewordOptions, plan_rewording
from app.storage.project import Project
from tests.helpers.chat_server import serving

SAID = "tests.helpers.reworded"


@pytest.fixture
def bed(project: Project, photos: Path) -> Project:
    """Powder-bed classes; a streak on image 1, a piece of slag on image 2, the others normal."""
    project.add_classes(load_label_set("powder-bed").classes, actor="lead")
    import_photos(project, photos)
    for image in project.images.all():
        after = replace(image.label, state="in_progress", is_normal=image.id > 2)
        project.apply([ImageEdit(image.id, image.label, after)], actor="li")
    draw(project, 1, Annotation("u1", 1, Box(150, 10, 160, 90), author="li"))
    draw(project, 2, Annotation("u2", 2, Box(20, 10, 30, 20), author="li"))
    return project


def draw(project, image_id, annotation):
    project.apply([AnnotationEdit(image_id, None, annotation)], actor="li")


def run(project, url, *, languages=("en",), stop=None, on_progress=lambda _: None, **options):
    # One after the other, so that what is asked when a job ends is known.
    settings = {"timeout_s": 20.0, "retries": 0, "at_once": 1, "price_in": 10.0, "vlm": ""}
    settings |= {name: options.pop(name) for name in settings.keys() & options.keys()}
    stop = stop or Stop()
    chat = chat_with(ChatServer("here", url, **settings), project.folder / "cache", stop=stop)
    images = list(project.images.all())
    wanted = RewordOptions(**options)
    writers = writers_for(project, languages)
    return reword(project, images, writers, chat, wanted, stop=stop, on_progress=on_progress)


def exchanges(project, image_id=1, language="en"):
    found = project.conversations.of_image(image_id, language)
    return () if found is None else found.exchanges


def worded(project, language="en"):
    return [
        e
        for image in project.images.all()
        for e in exchanges(project, image.id, language)
        if e.reworded_by
    ]


def asked_once(server):
    """Whether nothing was asked twice; and how much was asked."""
    counts = Counter(str(chat.body["messages"]) for chat in server.chats())
    assert set(counts.values()) <= {1}
    return len(counts)


def test_all_prose_is_worded_boxes_stay_and_nothing_is_asked_twice(bed):
    with serving(answers=f"{SAID}:well") as server:
        report = run(bed, server.url, languages=("en", "zh"), at_once=3)
        assert report.accepted == asked_once(server) == report.usage.asked > 60
        assert report.refused == report.failed == []
        assert report.usage.cost == pytest.approx(report.usage.tokens_in * 10 / 1e6)
        for language in ("en", "zh"):
            for exchange in exchanges(bed, 1, language):
                is_boxes = bool(BOXES.search(exchange.answer))
                is_where = is_boxes or exchange.kind == "where"
                assert (exchange.reworded_by is None) == is_where
                assert exchange.author is None
        again = run(bed, server.url, languages=("en", "zh"))
        assert (again.accepted, again.usage.asked, again.usage.kept) == (0, 0, 0)
    assert worded(bed)[0].reworded_by == "small-vl"


def test_what_is_wrong_is_asked_once_more_with_the_reason_and_then_refused(bed):
    with serving(answers=f"{SAID}:well_when_told") as server:
        report = run(bed, server.url, kinds=("presence",))
        assert report.accepted == 14 and not report.refused
        assert report.usage.asked == 28
        told = server.chats()[1].text
        assert "can't be used" in told and "slag" in told
    with serving(answers=f"{SAID}:stubborn") as server:
        before = exchanges(bed, 3)
        report = run(bed, server.url, kinds=("cause", "remedy"))
        assert report.accepted == 0
        assert {r.reason for r in report.refused} == {"markdown"}
        assert report.refused[0].image.endswith("layer_0.png")
        assert exchanges(bed, 3) == before
        # What is refused is asked for again another time, at no cost.
        again = run(bed, server.url, kinds=("cause", "remedy"))
        assert again.refused == report.refused
        assert (again.usage.asked, again.usage.kept) == (0, report.usage.asked)


def test_when_labels_change_it_is_written_and_worded_anew_and_else_it_is_kept(bed):
    with serving(answers=f"{SAID}:with_fuss") as server:
        run(bed, server.url)
        before = worded(bed)
        images, writers = list(bed.images.all()), writers_for(bed, ["en"])
        assert write_conversations(bed, images, writers).written == 0
        assert worded(bed) == before
        draw(bed, 1, Annotation("u3", 1, Box(10, 10, 20, 90), author="li"))
        asked = asked_once(server)
        seen = conversation_of(bed, bed.images.get(1), "en", writers)
        assert not any(e.reworded_by for e in seen.stored.exchanges)
        assert exchanges(bed, 2) and worded(bed) == [e for e in before if e in worded(bed)]
        report = run(bed, server.url)
        assert report.accepted == len([e for e in exchanges(bed) if e.reworded_by]) > 5
        bed.apply([AnnotationEdit(1, drawn(bed, "u3"), None)], actor="li")
        back = run(bed, server.url)
        # The labels are as they were once: so is what was asked, and the answers are still there.
        assert (back.usage.asked, back.usage.kept) == (0, back.accepted)
        assert asked_once(server) == asked + report.usage.asked
        assert worded(bed) == before


def drawn(project, uid):
    return next(a for a in project.annotations.of_image(1) if a.uid == uid)


def test_what_people_wrote_or_approved_is_left_alone_and_an_edit_keeps_the_trace(bed):
    writers = writers_for(bed, ["en"])
    first, second = bed.images.get(1), bed.images.get(2)
    seen = conversation_of(bed, first, "en", writers)
    edit_exchange(bed, seen, 0, question="Is it right?", answer="No, it isn't.", person="wang")
    approve(bed, conversation_of(bed, second, "en", writers), person="wang")
    approved = exchanges(bed, 2)
    with serving(answers=f"{SAID}:well") as server:
        run(bed, server.url)
    assert exchanges(bed, 2) == approved
    assert exchanges(bed)[0].author == "wang" and exchanges(bed)[0].reworded_by is None
    seen = conversation_of(bed, first, "en", writers)
    changed = seen.stored.exchanges[1]
    assert changed.reworded_by == "small-vl"
    seen = edit_exchange(bed, seen, 1, question="Any?", answer=changed.answer, person="wang")
    edited = exchanges(bed)[1]
    assert (edited.author, edited.reworded_by) == ("wang", "small-vl")
    ask_again(bed, seen, 1, writers)
    assert (exchanges(bed)[1].author, exchanges(bed)[1].reworded_by) == (None, None)


def test_a_conversation_that_waits_for_a_person_is_left_alone_until_one_approves_it(bed):
    writers, image = writers_for(bed, ["en"]), bed.images.get(1)
    seen = conversation_of(bed, image, "en", writers)
    edit_exchange(bed, seen, 0, question="Is it right?", answer="No, it isn't.", person="wang")
    draw(bed, 1, Annotation("u3", 1, Box(10, 10, 20, 90), author="li"))
    with serving(answers=f"{SAID}:well") as server:
        run(bed, server.url)
        assert worded(bed) and not any(e.reworded_by for e in exchanges(bed))


def test_a_share_of_some_images_grows_into_the_next_larger_one(bed):
    writers, images = writers_for(bed, ["en"]), list(bed.images.all())
    with serving(answers=f"{SAID}:well") as server:
        report = run(bed, server.url, share=0.3, images=3)
        few = {(e.topic, e.answer) for e in worded(bed)}
        assert report.accepted == len(worded(bed)) > 0
        rest = plan_rewording(bed, images, writers, RewordOptions(share=0.6, images=4))
        assert rest.images <= 4 and rest.first is not None
        more = run(bed, server.url, share=0.6, images=4)
        assert more.accepted == rest.total > 0
        assert few <= {(e.topic, e.answer) for e in worded(bed)}
        asked_once(server)


def test_again_words_what_is_worded_from_another_phrasing(bed):
    with serving(answers=f"{SAID}:well") as server:
        run(bed, server.url, kinds=("presence",), images=1)
        before = worded(bed)
        report = run(bed, server.url, kinds=("presence",), images=1, again=True)
        assert report.accepted == len(before)
        assert [e.variant for e in worded(bed)] == [e.variant + 1 for e in before]
        assert all(old.answer != new.answer for old, new in zip(before, worded(bed), strict=True))


def test_drafts_are_made_with_the_photo_where_the_model_sees(bed):
    with serving(answers=f"{SAID}:well") as server:
        report = run(bed, server.url, how="draft", kinds=("presence",), images=2, vlm="qwen2.5-vl")
        assert report.accepted > 0
        (picture,) = server.chats()[0].pictures
        assert picture.width % 28 == 0 and picture.width > picture.height
        assert server.chats()[-1].pictures


def test_a_photo_that_cannot_be_read_is_told_and_the_rest_goes_on(bed):
    bed.locate(bed.images.get(1).path).write_bytes(b"no photo")
    with serving(answers=f"{SAID}:well") as server:
        report = run(bed, server.url, how="draft", kinds=("presence",), vlm="qwen2.5-vl")
    assert report.accepted > 5
    assert report.failed and all("layer_0.png" in line for line in report.failed)


@pytest.mark.parametrize(
    ("behaviour", "settings", "asked"),
    [
        ("nobody", {}, 0),
        ("refused", {}, 1),
        ("silent", {"timeout_s": 0.3}, 5),
        ("error", {}, 5),
        ("no_json", {}, 5),
        ("hangs_up", {}, 5),
    ],
)
def test_a_server_that_is_gone_is_given_up_and_what_was_saved_stays(
    bed, behaviour, settings, asked
):
    with serving(answers=f"{SAID}:well") as server:
        run(bed, server.url, images=1)
    before = worded(bed)
    with serving(behaviour) as server:
        with pytest.raises(UserError) as told:
            run(bed, server.url, **settings)
        if asked:
            assert len(server.chats()) <= 2 * asked
    assert isinstance(told.value, ServerUnusableError) == (asked < 2)
    assert "goes on from there" in told.value.hint
    assert worded(bed) == before


def test_one_answer_that_fails_does_not_stop_the_others(bed):
    with serving("error", times=2, answers=f"{SAID}:well") as server:
        report = run(bed, server.url, kinds=("presence",))
        assert len(report.failed) == 2 and report.accepted == 12
        assert run(bed, server.url, kinds=("presence",)).accepted == 2


def test_a_model_that_talks_or_is_cut_off_is_refused_with_the_reason(bed):
    with serving(answers=f"{SAID}:talkative") as server:
        report = run(bed, server.url, kinds=("presence",), images=1)
        assert {r.reason for r in report.refused} == {"no_json"}
    with serving("cut_off", answers=f"{SAID}:talkative") as server:
        report = run(bed, server.url, kinds=("presence",), images=1, timeout_s=19.0)
        assert report.refused or report.failed


def test_stopped_it_keeps_what_came_and_goes_on_from_there(bed):
    with serving(answers=f"{SAID}:well") as server:
        stop = Stop()

        def step(progress):
            if progress.done == 10:
                stop.request()

        with pytest.raises(Cancelled):
            run(bed, server.url, stop=stop, on_progress=step, at_once=3)
        assert len(worded(bed)) == 10
        report = run(bed, server.url, at_once=3)
        everything = plan_rewording(
            bed, list(bed.images.all()), writers_for(bed, ["en"]), RewordOptions()
        )
        assert everything.total == 0
        # Only what was broken off under way may be asked again.
        assert len(server.chats()) - len(worded(bed)) <= 3
        assert report.accepted == len(worded(bed)) - 10 > 10


def test_a_turn_that_a_person_changes_meanwhile_stays_as_they_left_it(bed):
    writers = writers_for(bed, ["en"])
    write_conversations(bed, list(bed.images.all()), writers)

    def step(progress):
        if progress.done == 3:
            seen = conversation_of(bed, bed.images.get(1), "en", writers)
            edit_exchange(bed, seen, 0, question="Is it?", answer="It is not.", person="wang")

    with serving(answers=f"{SAID}:well") as server:
        report = run(bed, server.url, on_progress=step)
    assert exchanges(bed)[0].answer == "It is not."
    assert report.overtaken > 0
    assert not any(e.reworded_by for e in exchanges(bed))


@pytest.mark.parametrize(
    "wrong", [{"share": 1.5}, {"images": 0}, {"kinds": ()}, {"kinds": ("where",)}]
)
def test_options_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        RewordOptions(**wrong)
