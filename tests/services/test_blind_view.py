"""What a person is told of images that they label blind: nothing that models say."""

from dataclasses import replace

import pytest

from app.core.activity import Visit
from app.core.annotation import Annotation
from app.core.blind import SHARE_SETTING, is_blind
from app.core.corrections import accepted, removed
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.queue import QueueFilter
from app.services.blindness import Blindness
from app.services.own_view import OwnView
from app.services.proposing import propose_as_seen
from app.storage.edit_log import now
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.helpers.reviewing import bring_to

IMAGES = range(1, 41)
SHARE = 0.4


def find(uid, run_id, score):
    return Annotation(uid, 1, Box(1, 1, 9, 9), score=score, run_id=run_id)


def hash_of(image_id):
    return f"hash {image_id}"


@pytest.fixture
def project(tmp_path):
    """Forty images; a model found two streaks on each, ann drew one on the even ones."""
    with Project.create(tmp_path / "line3") as project:
        project.add_classes([LabelClass("streak")], actor="lee")
        with project.transaction():
            project.images.add(
                NewImage(f"photos/{n}.png", hash_of(n), 10, n, 200, 100) for n in IMAGES
            )
            run = project.runs.open(RunKey("model", "m", "w", {}), actor="lee")
        for n in IMAGES:
            label = project.images.get(n).label
            seen = ImageEdit(n, label, replace(label, state="prelabelled"))
            finds = [find(f"a{n}", run, n / 100), find(f"b{n}", run, 0.9)]
            edits = [AnnotationEdit(n, None, each) for each in finds]
            project.apply([*edits, seen], actor="lee", kind="prelabel")
        for n in IMAGES[1::2]:
            drawn = Annotation(f"d{n}", 1, Box(20, 1, 29, 9), author="ann")
            project.apply([AnnotationEdit(n, None, drawn)], actor="ann")
        project.settings.put(SHARE_SETTING, SHARE)
        yield project


@pytest.fixture
def blind():
    """Those that the hash serves blind to ann."""
    drawn = frozenset(n for n in IMAGES if is_blind(hash_of(n), share=SHARE, seed="ann"))
    assert 5 < len(drawn) < 35
    return drawn


def test_all_that_are_blind_are_those_that_are_one_by_one(project, blind):
    handed_in, returned, seen, flipped_past, *_ = sorted(blind)
    bring_to(project, handed_in, "submitted", by="ann")
    bring_to(project, returned, "returned", by="ann")
    project.visits.add(Visit(seen, "ann", now(), 0, 0))
    project.visits.add(Visit(flipped_past, "bo", now(), 500, 0))
    blindness, left = Blindness(project, "ann"), blind - {handed_in, returned, seen}
    assert blindness.images() == left
    one_by_one = (project.images.get(n) for n in IMAGES)
    view = OwnView(project, "ann")
    assert {image.id for image in one_by_one if view.is_blind(image)} == left
    assert view.blind_among(IMAGES) == left


def test_images_that_come_in_later_are_known_too(project, blind):
    blindness = Blindness(project, "ann")
    assert blindness.images() == blind
    with project.transaction():
        project.images.add(
            NewImage(f"photos/{n}.png", hash_of(n), 10, n, 200, 100) for n in range(41, 81)
        )
    later = {n for n in range(41, 81) if is_blind(hash_of(n), share=SHARE, seed="ann")}
    assert blindness.images() == blind | later


@pytest.mark.parametrize(
    "wanted",
    [
        QueueFilter(origin="proposals"),
        QueueFilter(least_score=0.5),
        QueueFilter(most_score=0.5),
        QueueFilter(class_ids=frozenset({1}), most_score=1.0),
        QueueFilter(run_id=1),
    ],
)
def test_no_filter_finds_them_by_what_is_hidden(project, blind, wanted):
    assert set(project.queue.ids(wanted)) == set(IMAGES)
    assert set(OwnView(project, "ann").ids(wanted)) == set(IMAGES) - blind


def test_they_are_found_by_what_people_drew(project, blind):
    view, drawn_on = OwnView(project, "ann"), set(IMAGES[1::2])
    assert set(view.ids(QueueFilter(origin="people"))) == drawn_on
    assert set(view.ids(QueueFilter(class_ids=frozenset({1})))) == drawn_on | (set(IMAGES) - blind)
    assert set(view.ids(QueueFilter(origin="none"))) == blind - drawn_on


def test_no_score_says_where_they_stand(project, blind):
    order = list(OwnView(project, "ann").ids(QueueFilter(sort="lowest_score", descending=True)))
    told = [n for n in reversed(IMAGES) if n not in blind]
    assert order == [*told, *sorted(blind)]


def test_one_that_is_labelled_a_second_time_is_blind_as_any(project, blind):
    """And stands among the others by what may be known of them."""
    image_id = min(blind)
    with project.transaction():
        project.second.give(image_id, "ann", "twice")
    second = project.second.get(image_id, "ann")
    with project.transaction():
        label = replace(second.label, state="prelabelled")
        project.second.put(replace(second, label=label, annotations=(find("s", 1, 0.01),)))
    view = OwnView(project, "ann")
    assert image_id not in view.ids(QueueFilter(most_score=0.5))
    assert list(view.ids(QueueFilter(sort="highest_score")))[-len(blind) :] == sorted(blind)


def test_the_list_counts_only_what_people_drew(project, blind):
    for row in OwnView(project, "ann").rows(list(IMAGES)):
        by_people, hidden = int(row.id % 2 == 0), row.id in blind
        expected = (by_people, 0) if hidden else (by_people + 2, 2)
        assert (row.boxes, row.proposals) == expected


def uids(gestures):
    return {e.uid for g in gestures for e in g.edits if isinstance(e, AnnotationEdit)}


def test_their_history_tells_of_people_and_of_no_find(project, blind):
    view = OwnView(project, "ann")
    image_id = min(n for n in blind if n % 2 == 0)
    assert uids(view.done_on(image_id)) == {f"d{image_id}"}
    assert uids(project.log.of_image(image_id)) >= {f"a{image_id}", f"b{image_id}"}
    # bo takes over one find, and another one only until the next step; the third is rejected.
    sheet = OwnView(project, "bo").sheet(project.images.get(image_id))
    project.apply(accepted(sheet, [f"a{image_id}"], person="bo"), actor="bo")
    sheet = OwnView(project, "bo").sheet(project.images.get(image_id))
    project.apply(accepted(sheet, [f"b{image_id}"], person="bo"), actor="bo")
    project.undo("bo")
    assert uids(view.done_on(image_id)) == {f"d{image_id}", f"a{image_id}"}  # it stands as bo's
    sheet = OwnView(project, "bo").sheet(project.images.get(image_id))
    project.apply(removed(sheet, [f"b{image_id}"]), actor="bo")
    assert f"b{image_id}" not in uids(view.done_on(image_id)) | uids(
        view.latest(most=20, most_edits=40)
    )


def test_the_history_of_the_project_goes_on_behind_what_is_hidden(project, blind):
    """Other pages are asked for by the last entry of one: so none is left out."""
    image_id = min(blind)
    sheet = OwnView(project, "bo").sheet(project.images.get(image_id))
    project.apply(removed(sheet, [f"a{image_id}", f"b{image_id}"]), actor="bo")
    shown = OwnView(project, "ann").latest(most=2, most_edits=1)
    known = project.log.latest(most=2, most_edits=1)
    assert [g.id for g in shown] == [g.id for g in known]
    assert (len(known[0].edits), known[0].left_out) == (1, 2)
    assert (shown[0].edits, shown[0].left_out) == ((), 0)


def test_of_finds_that_somebody_asked_for_those_on_blind_images_do_not_count(project, blind):
    with project.transaction():
        run = project.runs.open(RunKey("model", "other", "w2", {}), actor="ann")
        finds = {
            n: [replace(find(f"c{n}", run, 0.5), class_id=1, box=Box(50, 50, 60, 60))]
            for n in IMAGES
        }
        told = propose_as_seen(project, finds, run_id=run, actor="ann")
    assert (told.boxes, told.blind) == (len(IMAGES) - len(blind), len(blind))


def test_a_share_that_makes_no_sense_hides_nothing(project):
    project.settings.put(SHARE_SETTING, 7)
    with pytest.raises(UserError, match="can't be 7"):
        Blindness(project, "ann")
    view = OwnView(project, "ann")
    assert not view.has_blind
    assert set(view.ids(QueueFilter(origin="proposals"))) == set(IMAGES)
