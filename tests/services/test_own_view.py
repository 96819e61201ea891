"""What a person sees of a photo that they label a second time: nothing that others said."""

from dataclasses import replace

import pytest

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.core.queue import SORTS, QueueFilter
from app.services import review
from app.services.assign import assign
from app.services.bulk import accept_proposals
from app.services.own_view import OwnView
from app.services.people import change_person
from app.services.second import give
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.helpers.reviewing import bring_to

BOX = Annotation("u3", 1, Box(1, 1, 9, 9), author="ann")
TO_DO = QueueFilter(states=frozenset({"new"}))


@pytest.fixture
def project(tmp_path):
    """Five images; 3 is ann's, tagged, commented on and approved, and bo has it a second time."""
    with Project.create(tmp_path / "line3") as project:
        project.add_classes([LabelClass("streak")], actor="lee")
        with project.transaction():
            project.images.add(
                NewImage(f"photos/{n}.png", f"h{n}", 10, n, 200, 100) for n in range(1, 6)
            )
        for name in ("ann", "bo", "cy"):
            change_person(project, name, by="lee")
        project.apply([AnnotationEdit(3, None, BOX)], actor="ann")
        bring_to(project, 3, "submitted", tags=("shadow",))
        with project.transaction():
            project.comments.add(3, "is it one?", author="ann")
            project.second.give(3, "bo", "twice")
        yield project


def model(project):
    return project.runs.open(RunKey("model", "m", "w", {}), actor="lee")


def test_to_others_it_is_what_it_is(project):
    view = OwnView(project, "ann")
    assert view.labels_of(3)[0].state == "submitted"
    assert view.ids(TO_DO).tolist() == [1, 2, 4, 5]
    assert view.rows([3])[0].boxes == 1
    assert view.done_on(3)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_it_stands_among_new_images_in_any_order(project, sort, descending):
    wanted = replace(TO_DO, sort=sort, descending=descending)
    ids = OwnView(project, "bo").ids(wanted).tolist()
    falls = descending and sort in ("added", "name", "review_next")
    assert ids == ([5, 4, 3, 2, 1] if falls else [1, 2, 3, 4, 5])


def test_nothing_tells_it_from_a_new_image(project):
    view = OwnView(project, "bo")
    assert view.labels_of(3) == (ImageLabel(), ())
    (of_3,) = view.rows([3])
    (of_4,) = view.rows([4])
    assert of_4 == replace(of_3, id=4, path=of_4.path, content_hash=of_4.content_hash)
    assert view.states([3, 4]) == {3: "new", 4: "new"}
    assert (view.comments_on(3), view.done_on(3)) == ([], [])
    project.comments.add(3, "mine", author="bo")
    assert [c.text for c in view.comments_on(3)] == ["mine"]


@pytest.mark.parametrize(
    "wanted",
    [
        QueueFilter(states=frozenset({"submitted"})),
        QueueFilter(tags=frozenset({"shadow"})),
        QueueFilter(class_ids=frozenset({1})),
        QueueFilter(origin="people"),
        QueueFilter(text="4.png"),
        QueueFilter(normal=True),
    ],
)
def test_what_others_said_lets_it_through_no_filter(project, wanted):
    assert 3 not in OwnView(project, "bo").ids(wanted)
    assert (3 in OwnView(project, "ann").ids(wanted)) == (
        wanted.text == "" and wanted.normal is None
    )


def test_it_is_found_by_what_is_true_of_a_new_image(project):
    view = OwnView(project, "bo")
    for wanted in (
        QueueFilter(origin="none"),
        QueueFilter(text="3.PNG"),
        QueueFilter(assigned_to=""),
    ):
        assert 3 in view.ids(wanted)
    assert 3 not in view.ids(QueueFilter(assigned_to="bo"))


def test_where_images_are_assigned_it_is_too(project):
    assign(project, ["bo"], by="lee")
    assert OwnView(project, "bo").ids(QueueFilter(assigned_to="bo")).tolist() == [1, 2, 3, 4, 5]


def test_without_any_order_is_the_projects(project):
    assert OwnView(project, "cy").ids(TO_DO) == project.queue.ids(TO_DO)
    with project.transaction():
        project.second.give(1, "cy", "gold")
    assert OwnView(project, "cy").ids(QueueFilter()).tolist() == [1, 2, 3, 4, 5]


def test_counts_are_as_the_list_has_it(project):
    view = OwnView(project, "bo")
    assert (view.counts()["new"], view.counts()["submitted"]) == (5, 0)
    assert OwnView(project, "ann").counts() == project.images.count()


def test_its_history_is_what_the_person_did_to_it(project):
    mine = replace(BOX, uid="mine", author="bo")
    begun = ImageEdit(3, ImageLabel(), ImageLabel("in_progress"))
    gesture = project.apply([AnnotationEdit(3, None, mine), begun], actor="bo")
    view = OwnView(project, "bo")
    (done,) = view.done_on(3)
    assert (done.id, done.edits) == (gesture, (AnnotationEdit(3, None, mine), begun))
    assert [g.actor for g in view.latest(most=20, most_edits=40)] == ["bo"]
    assert {g.actor for g in OwnView(project, "ann").latest(most=20, most_edits=40)} == {"ann"}


def test_a_gesture_on_other_images_too_is_told_without_it(project):
    edits = [
        ImageEdit(i, label, replace(label, assigned_to="cy"))
        for i in (3, 4)
        for label in [project.images.get(i).label]
    ]
    project.apply(edits, actor="lee")
    (done,) = OwnView(project, "bo").latest(most=20, most_edits=40)
    assert done.edits == (edits[1],)


def test_a_lead_who_has_one_assigns_the_image_itself(project):
    with project.transaction():
        project.second.give(3, "lee", "twice")
    given = assign(project, ["cy"], states=("submitted",), again=True, by="lee")
    assert given == {"cy": 1}
    assert project.images.get(3).label.assigned_to == "cy"
    assert OwnView(project, "lee").labels_of(3)[0].assigned_to is None


def test_by_command_too_it_is_new(project):
    report = review.approve(project, project.images.get(3), person="bo")
    assert (report.done, len(report.refused)) == (0, 1)
    project.people.put(replace(project.people.meet("bo"), role="reviewer"))
    (refused,) = review.approve(project, project.images.get(3), person="bo").refused
    assert "Nothing is drawn" in refused[1].what
    assert review.exclude(project, [project.images.get(3)], "blurred", person="bo").done == 1
    assert project.images.get(3).label.state == "submitted"
    assert OwnView(project, "bo").labels_of(3)[0].state == "excluded"


def test_nobody_reviews_it(project):
    project.people.put(replace(project.people.meet("bo"), role="reviewer"))
    label = ImageLabel("submitted", annotator="bo")
    project.apply([ImageEdit(3, ImageLabel(), label)], actor="bo")
    back = replace(label, state="returned", reviewer="bo", reason="blurred")
    with pytest.raises(UserError, match="somebody else"):
        project.apply([ImageEdit(3, label, back)], actor="bo")
    assert OwnView(project, "bo").labels_of(3)[0] == label


def test_proposals_on_it_are_not_judged_with_the_others(project):
    project.apply(
        [ImageEdit(3, (was := project.images.get(3).label), replace(was, state="in_progress"))],
        actor="ann",
    )
    proposal = Annotation("p3", 1, Box(1, 1, 9, 9), score=0.9, run_id=model(project))
    project.apply([AnnotationEdit(3, None, proposal)], actor="lee", kind="prelabel")
    assert accept_proposals(project, [3, 4], actor="bo").boxes == 0
    assert project.annotations.of_image(3)[-1].is_proposal


def test_among_images_that_a_model_has_seen_it_is_one(project):
    for image_id in (1, 2, 4):
        label = project.images.get(image_id).label
        seen = ImageEdit(image_id, label, replace(label, state="prelabelled"))
        project.apply([seen], actor="lee", kind="prelabel")
    with project.transaction():
        give(project, [(3, "cy")], "twice", wanted=1)
    assert OwnView(project, "cy").labels_of(3) == (ImageLabel("prelabelled"), ())
    begun = ImageEdit(3, ImageLabel("prelabelled"), ImageLabel("submitted", annotator="cy"))
    project.apply([begun], actor="cy")
    assert project.undo("cy") is not None
    assert OwnView(project, "cy").counts()["prelabelled"] == 4


def test_a_model_has_found_on_it_what_it_found(project):
    label = project.images.get(5).label
    find = replace(BOX, uid="f", author=None, score=0.75, run_id=model(project))
    found = AnnotationEdit(5, None, find)
    seen = ImageEdit(5, label, replace(label, state="prelabelled"))
    gesture = project.apply([found, seen], actor="lee", kind="prelabel")
    for image_id in (1, 2, 4):
        seen_too = replace(seen, image_id=image_id)
        project.apply([seen_too], actor="lee", kind="prelabel")
    taken = replace(found.after, author="ann")
    project.apply([AnnotationEdit(5, found.after, taken)], actor="ann")
    bring_to(project, 5, "submitted")
    with project.transaction():
        give(project, [(5, "bo")], "twice", wanted=1)
    view = OwnView(project, "bo")
    assert view.labels_of(5) == (ImageLabel("prelabelled"), (found.after,))
    assert [(g.id, g.edits) for g in view.done_on(5)] == [(gesture, (found, seen))]
    assert view.rows([5])[0].proposals == 1
    assert 5 in view.ids(QueueFilter(origin="proposals", least_score=0.5, class_ids={1}))
    assert 5 not in view.ids(QueueFilter(origin="people"))
    begun = ImageEdit(5, ImageLabel("prelabelled"), ImageLabel("in_progress"))
    project.apply([begun], actor="bo")
    assert [g.edits for g in view.done_on(5)] == [(begun,), (found, seen)]
