"""One box finds the rest: as proposals of its class, beside what stands, and stoppable."""

from dataclasses import replace

import pytest

from app.core.detection import Detection
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box, intersection_over_union, match_one_to_one
from app.core.progress import Cancelled
from app.core.stopping import Stop
from app.services.named_images import box_named, image_named
from app.services.similar import find_similar_in
from backends.base import NotEmbeddedError
from tests.helpers.grainy_photos import grainy, with_blot
from tests.helpers.layers import SLAG, STREAK, draw, filled, reject, set_state

PLACES = ((60, 60), (300, 90), (150, 280))


@pytest.fixture
def alike(project, tmp_path):
    """Three photos with three things each, all alike; ids, and the boxes of every photo."""
    photos, boxes = {}, []
    for n in range(3):
        pixels = grainy(seed=n)
        boxes = []
        for x, y in PLACES:
            pixels, box = with_blot(pixels, x, y, 30, 20)
            boxes.append(box)
        photos[f"monday/layer_{n}.png"] = pixels
    ids = filled(project, tmp_path / "photos", photos)
    return list(ids.values()), boxes


def on(project, image_id):
    return project.annotations.of_image(image_id)


def find_here(project, image_id, target, **options):
    return find_similar_in(
        project, image_id, target.uid, [image_id], actor="ann", again=True, **options
    )


def test_here_the_others_are_proposed_with_its_class(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0], STREAK)
    report = find_here(project, ids[0], target, least_score=0.7)
    assert (report.images, report.proposals) == (1, 2)
    mine, *proposals = on(project, ids[0])
    assert mine == target
    assert all(p.is_proposal and p.class_id == STREAK and p.score >= 0.7 for p in proposals)
    assert len(match_one_to_one([p.box for p in proposals], boxes[1:], iou=0.6)) == 2
    assert (proposals[0].run_id, "similar to streak") in project.runs.names()


def test_again_changes_nothing_and_rejected_stays_rejected(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0])
    find_here(project, ids[0], target, least_score=0.7)
    before = on(project, ids[0])
    find_here(project, ids[0], target, least_score=0.7)
    assert on(project, ids[0]) == before
    reject(project, ids[0], before[1])
    find_here(project, ids[0], target, least_score=0.7)
    assert on(project, ids[0]) == [before[0], before[2]]


def test_on_other_images_saved_as_it_goes_and_continued_where_it_was(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0])
    set_state(project, ids[2], "approved")
    told, saved = [], []
    search = {"actor": "ann", "least_score": 0.7}
    report = find_similar_in(
        project, ids[0], target.uid, ids, **search, on_progress=told.append, on_saved=saved.extend
    )
    assert (report.images, report.proposals, report.settled, report.skipped) == (2, 5, 1, 1)
    assert saved == ids[:2] and (told[-1].done, told[-1].total) == (2, 2)
    assert on(project, ids[2]) == []
    assert project.images.get(ids[1]).label.state == "prelabelled"
    continued = find_similar_in(project, ids[0], target.uid, ids, **search)
    assert (continued.images, continued.skipped) == (0, 3)
    again = find_similar_in(project, ids[0], target.uid, ids, **search, again=True)
    assert (again.images, again.proposals) == (2, 0)


def test_the_target_may_lie_on_an_image_that_is_not_searched(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0])
    find_similar_in(project, ids[0], target.uid, [ids[1]], actor="ann", most=1)
    assert len(on(project, ids[0])) == 1
    assert len(on(project, ids[1])) == 1


def test_a_lost_photo_is_refused_and_the_rest_goes_on(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0])
    project.locate(project.images.get(ids[1]).path).unlink()
    report = find_similar_in(project, ids[0], target.uid, ids[1:], actor="ann")
    assert (report.images, len(report.refused)) == (1, 1)
    project.locate(project.images.get(ids[0]).path).unlink()
    with pytest.raises(UserError):
        find_here(project, ids[0], target)


def test_a_box_that_is_gone_is_told(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0])
    reject(project, ids[0], target)
    with pytest.raises(UserError, match="no longer"):
        find_here(project, ids[0], target)


def test_a_stop_is_heeded(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0])
    stop = Stop()
    stop.request()
    with pytest.raises(Cancelled):
        find_similar_in(project, ids[0], target.uid, ids, actor="ann", stop=stop)
    assert all(len(on(project, i)) <= 1 for i in ids)


class Remembering:
    """A segmenter that needs a photo once, finds one thing on each, and dies over some."""

    FOUND = Detection("", Box(300, 90, 330, 110), 0.8, ((300, 90), (330, 90), (330, 110)))

    def __init__(self, *, deadly=()):
        self.asked, self.started, self.kept, self._deadly = [], 0, set(), deadly

    def start(self, stop=None):
        self.started += 1

    def ask(self, method, photos, target_key, target, key):
        self.asked.append((method, len(photos), key))
        if key in self._deadly:
            raise UserError("The model process died.", hint="Try again.")
        if not photos and key not in self.kept:
            raise NotEmbeddedError("Nothing is kept.", hint="Hand it in.")
        self.kept.add(key)
        return [self.FOUND, Detection("", Box(5, 5, 20, 20), 0.2)]

    def interrupt(self):
        pass


def test_with_a_segmenter_its_features_are_asked_and_photos_given_when_needed(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0], STREAK)
    segmenter = Remembering()
    find_here(project, ids[0], target, segmenter=segmenter)
    find_here(project, ids[0], target, segmenter=segmenter)
    key = project.images.get(ids[0]).content_hash
    assert segmenter.asked == [("similar", 0, key), ("similar", 2, key), ("similar", 0, key)]
    _, proposal = on(project, ids[0])
    assert (proposal.class_id, proposal.score) == (STREAK, 0.8)
    assert proposal.polygon == Remembering.FOUND.polygon
    assert intersection_over_union(proposal.box, boxes[1]) > 0.9


def test_another_segmenter_or_class_searches_what_was_searched_before(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0], STREAK)

    def searched(name):
        report = find_similar_in(
            *(project, ids[0], target.uid, ids[1:]),
            actor="ann",
            segmenter=Remembering(),
            segmenter_name=name,
        )
        return report.images, [len(on(project, image_id)) for image_id in ids[1:]]

    assert searched("vit_b") == (2, [1, 1])
    assert searched("vit_b") == (0, [1, 1])
    assert searched("mobile_sam") == (2, [1, 1])
    project.apply([AnnotationEdit(ids[0], target, replace(target, class_id=SLAG))], actor="ann")
    assert searched("vit_b") == (2, [1, 1])
    assert {a.class_id for image_id in ids[1:] for a in on(project, image_id)} == {SLAG}


def test_a_segmenter_that_dies_over_a_photo_goes_on_with_the_next(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0], SLAG)
    deadly = [project.images.get(ids[1]).content_hash]
    segmenter = Remembering(deadly=deadly)
    report = find_similar_in(project, ids[0], target.uid, ids, actor="ann", segmenter=segmenter)
    assert (report.images, report.proposals, len(report.refused)) == (2, 2, 1)
    assert segmenter.started == 3


def test_images_and_boxes_by_name(project, alike):
    ids, boxes = alike
    target = draw(project, ids[0], boxes[0])
    image = image_named(project, "layer_0.png")
    assert image.id == ids[0] == image_named(project, "monday/layer_0.png").id
    assert image_named(project, str(ids[1])).id == ids[1]
    for wrong in ("layer_9.png", "ayer_0.png", "999", ""):
        with pytest.raises(UserError, match="No image"):
            image_named(project, wrong)
    assert box_named(project, image, "1") == box_named(project, image, target.uid[:9]) == target
    for wrong in ("0", "2", "zz", ""):
        with pytest.raises(UserError, match="No box"):
            box_named(project, image, wrong)
