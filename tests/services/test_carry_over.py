"""What people drew on one layer is proposed on the next, where it is still to be seen."""

import pytest

from app.core.errors import UserError
from app.core.geometry import intersection_over_union
from app.core.progress import Cancelled
from app.core.segmentation import Outline
from app.core.stopping import Stop
from app.services.carry_over import RUN_NAME, carry_over, carry_over_all
from tests.helpers.grainy_photos import grainy, with_blot
from tests.helpers.layers import SLAG, STREAK, draw, filled, propose, reject, set_state


def on(project, image_id):
    return project.annotations.of_image(image_id)


@pytest.fixture
def layers(project, tmp_path):
    """Three layers: a thing on all of them, a little further right on each, one on the first only;
    ids, and the boxes by layer.
    """
    photos, boxes = {}, {}
    for n in range(3):
        pixels, stays = with_blot(grainy(seed=n), 100 + 2 * n, 100, 40, 30)
        boxes[f"layer_{n}.png"] = [stays]
        if n == 0:
            pixels, goes = with_blot(pixels, 400, 250, 40, 30)
            boxes["layer_0.png"].append(goes)
        photos[f"layer_{n}.png"] = pixels
    ids = filled(project, tmp_path / "build", photos)
    return [(ids[name], boxes[name]) for name in photos]


def test_what_is_still_there_is_proposed_where_it_is_now(project, layers):
    (first, (stays, goes)), (second, (moved,)), _ = layers
    draw(project, first, stays, SLAG)
    draw(project, first, goes, STREAK)
    report = carry_over(project, second, actor="ann")
    assert (report.images, report.proposals, report.dropped) == (1, 1, 1)
    (proposal,) = on(project, second)
    assert proposal.is_proposal and proposal.class_id == SLAG and proposal.polygon is None
    assert intersection_over_union(proposal.box, moved) > 0.7
    assert 0.4 <= proposal.score <= 1
    assert (proposal.run_id, RUN_NAME) in project.runs.names()
    assert project.images.get(second).label.state == "prelabelled"
    assert [g.kind for g in project.log.of_image(second)] == ["prelabel"]
    # Nothing of it is a person's gesture on this image.
    assert not project.log.touched_by_people(second)


def test_an_outline_is_carried_over_as_one(project, layers):
    (first, (stays, _)), (second, _), _ = layers
    left, top, right, bottom = stays.corners
    draw(project, first, stays, polygon=((left, top), (right, top), (right, bottom)))
    carry_over(project, second, actor="ann")
    (proposal,) = on(project, second)
    assert proposal.polygon is not None and len(proposal.polygon) > 3


def test_only_what_people_said_is_carried_over(project, layers):
    (first, (stays, _)), (second, _), _ = layers
    propose(project, first, stays)
    report = carry_over(project, second, actor="ann")
    assert (report.images, report.proposals, report.dropped) == (1, 0, 0)
    assert on(project, second) == []


def test_twice_changes_nothing_and_rejected_stays_rejected(project, layers):
    (first, (stays, _)), (second, _), _ = layers
    draw(project, first, stays)
    carry_over(project, second, actor="ann")
    before = on(project, second)
    assert carry_over(project, second, actor="ann").proposals == 0
    assert on(project, second) == before
    reject(project, second, before[0])
    assert carry_over(project, second, actor="ann").proposals == 0
    assert on(project, second) == []


def test_what_a_person_drew_there_is_not_proposed_again(project, layers):
    (first, (stays, _)), (second, (moved,)), _ = layers
    draw(project, first, stays)
    mine = draw(project, second, moved, STREAK)
    assert carry_over(project, second, actor="ann").proposals == 0
    assert on(project, second) == [mine]


@pytest.mark.parametrize(
    ("state", "is_normal"), [("approved", False), ("submitted", False), ("in_progress", True)]
)
def test_settled_and_normal_images_are_left_alone(project, layers, state, is_normal):
    (first, (stays, _)), (second, _), _ = layers
    draw(project, first, stays)
    set_state(project, second, state, is_normal=is_normal)
    assert carry_over(project, second, actor="ann").settled == 1
    assert on(project, second) == []


def test_the_first_layer_has_none_before_it(project, layers):
    with pytest.raises(UserError, match="no layer before"):
        carry_over(project, layers[0][0], actor="ann")


def test_another_size_or_a_lost_photo_is_told_and_nothing_is_written(project, tmp_path):
    small, _ = with_blot(grainy(200, 300), 100, 100, 40, 30)
    large, box = with_blot(grainy(), 100, 100, 40, 30)
    ids = filled(project, tmp_path / "b", {"a_1.png": large, "a_2.png": small, "a_3.png": small})
    draw(project, ids["a_1.png"], box)
    newest = project.log.newest()
    with pytest.raises(UserError, match="another size"):
        carry_over(project, ids["a_2.png"], actor="ann")
    project.locate(project.images.get(ids["a_1.png"]).path).unlink()
    with pytest.raises(UserError):
        carry_over(project, ids["a_2.png"], actor="ann")
    assert project.log.newest() == newest
    report = carry_over_all(project, list(ids.values()), actor="ann")
    assert (len(report.refused), report.first, report.images) == (1, 1, 1)


def test_all_layers_each_from_the_one_before_it(project, layers):
    (first, (stays, _)), (second, (on_second,)), (third, (on_third,)) = layers
    draw(project, first, stays)
    draw(project, second, on_second)
    told = []
    report = carry_over_all(
        project, [first, second, third], actor="ann", on_progress=lambda p: told.append(p.done)
    )
    # What people drew on the second layer already stands there.
    assert (report.images, report.proposals, report.first) == (2, 1, 1)
    (proposal,) = on(project, third)
    assert intersection_over_union(proposal.box, on_third) > 0.7
    assert told == [0, 1, 2, 3]


def test_a_stop_is_heeded(project, layers):
    stop = Stop()
    stop.request()
    with pytest.raises(Cancelled):
        carry_over_all(project, [layers[1][0]], actor="ann", stop=stop)


class Trimming:
    """A segmenter that sees a thing's right half in a box, and strays first; dies over some."""

    def __init__(self, *, deadly=(), share=0.6):
        self.asked, self.started, self._deadly, self._share = [], 0, deadly, share

    def start(self, stop=None):
        self.started += 1

    def ask(self, method, photos, key, prompts):
        self.asked.append((method, len(photos), key, len(prompts)))
        if key in self._deadly:
            raise UserError("The model process died.", hint="Try again.")
        return [self._outlines(prompt.box) for prompt in prompts]

    def _outlines(self, box):
        _, top, right, bottom = box.corners
        middle = right - self._share * box.width
        far = Outline(((0, 0), (9, 0), (9, 9)), 0.9)
        return [far, Outline(((middle, top), (right, top), (right, bottom), (middle, bottom)), 0.1)]

    def interrupt(self):
        pass


def test_a_segmenter_fits_what_is_carried_over(project, layers):
    (first, (stays, goes)), (second, _), _ = layers
    draw(project, first, stays)
    draw(project, first, goes)
    carry_over(project, second, actor="ann")
    (by_contrast,) = on(project, second)
    segmenter = Trimming()
    report = carry_over(
        project, second, actor="ann", segmenter=segmenter, segmenter_name="mobile_sam"
    )
    assert (report.images, report.proposals, report.dropped) == (1, 1, 1)
    assert segmenter.asked == [("segment", 1, project.images.get(second).content_hash, 1)]
    (proposal,) = on(project, second)
    assert proposal.score == by_contrast.score  # how like the layer before, whoever fits it
    assert proposal.box.width == pytest.approx(0.6 * stays.width)
    assert proposal.box.height == pytest.approx(stays.height)


def test_a_segmenter_that_strays_is_not_followed(project, layers):
    (first, (stays, _)), (second, _), _ = layers
    draw(project, first, stays)
    carry_over(project, second, actor="ann", segmenter=Trimming(share=0.3))
    (proposal,) = on(project, second)
    assert proposal.box.width == pytest.approx(stays.width)


def test_a_segmenter_that_dies_over_a_photo_goes_on_with_the_next_layer(project, layers):
    (first, (stays, _)), (second, (moved,)), (third, _) = layers
    draw(project, first, stays)
    draw(project, second, moved)
    segmenter = Trimming(deadly=[project.images.get(second).content_hash])
    report = carry_over_all(project, [first, second, third], actor="ann", segmenter=segmenter)
    assert (report.images, report.proposals, report.first) == (1, 1, 1)
    (refused,) = report.refused
    assert refused.what.endswith("layer_1.png: The model process died.")
    assert segmenter.started == 3
