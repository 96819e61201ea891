"""Finding what looks alike, on features and with a decoder that are made by hand."""

import numpy as np
import pytest

from app.core.geometry import Box, intersection_over_union
from app.imaging.outlines import mask_outlines
from backends.embedding_cache import Embedding
from backends.sam_masks import Decoded, photo_mask
from backends.sam_similar import Target, likeness, similar_parts

CELLS = 16
FINER = 4  # cells of a mask's map per cell of the features, along a side
POWDER, STREAK, SHADOW = np.eye(3, dtype=np.float32)


class Scene:
    """A photo of `cell_px` wide cells, powder but for the things in it: class and cells."""

    def __init__(self, *things, height_px=320, width_px=320):
        self.things = things
        self.cell_px = max(height_px, width_px) / CELLS
        features = np.tile((POWDER + 0.2)[:, None, None], (1, CELLS, CELLS))
        for kind, (rows, columns) in things:
            features[:, rows, columns] = (kind + 0.2)[:, None, None]
        self.embedding = Embedding(height_px, width_px, (features.astype(np.float16),))

    def box(self, number):
        _, (rows, columns) = self.things[number]
        left, top, right, bottom = columns.start, rows.start, columns.stop, rows.stop
        return Box(left, top, right, bottom).scaled(self.cell_px, self.cell_px)


def decode(scene):
    """What a perfect model answers: the thing under the click or box, as its second mask."""

    def answer(embedding, prompt):
        (x, y) = prompt.box.centre if prompt.box else (prompt.clicks[0].x, prompt.clicks[0].y)
        logits = np.full((3, CELLS, CELLS), -1.0, np.float32)
        logits[2] = 1  # everything
        for number, (_, cells) in enumerate(scene.things):
            if scene.box(number).contains(x, y):
                logits[:2, *cells] = 1
        finer = logits.repeat(FINER, axis=1).repeat(FINER, axis=2)
        filled = embedding.height_px, embedding.width_px
        known = tuple(round(side / scene.cell_px * FINER) for side in filled)
        scores = np.array([0.8, 0.9, 0.95], np.float32)
        return Decoded(finer, scores, tuple(map(float, known)), known)

    return answer


def outlined(embedding, decoded, number):
    mask, left, top = photo_mask(decoded, number, embedding.height_px, embedding.width_px)
    return mask_outlines(mask, left=left, top=top) if mask.any() else None


def finds(scene, other, *, number=0, box=None):
    box = box or scene.box(number)
    target = Target(scene.embedding, box, decode(scene)(scene.embedding, _prompt(box)))
    same = scene is other
    return similar_parts(target, other.embedding, decode(other), outlined, same_photo=same)


def _prompt(box):
    from app.core.segmentation import Prompt

    return Prompt(box)


def cells(top, left, height, width):
    return slice(top, top + height), slice(left, left + width)


SCENE = Scene(
    (STREAK, cells(2, 2, 6, 1)),
    (STREAK, cells(3, 9, 8, 2)),
    (SHADOW, cells(12, 3, 3, 3)),
    (STREAK, cells(13, 11, 2, 4)),
)


def assert_boxes(found, scene, numbers):
    wanted = [scene.box(number) for number in numbers]
    assert len(found) == len(wanted)
    for box in wanted:
        assert max(intersection_over_union(find.box, box) for find in found) > 0.8


def test_the_others_in_the_same_photo_without_the_target():
    found = finds(SCENE, SCENE)
    assert_boxes(found, SCENE, [1, 3])
    assert all(0.8 < find.score <= 0.9 and find.class_name == "" for find in found)
    assert all(Box.around(find.polygon) == find.box for find in found)


def test_all_in_another_photo_whatever_its_shape():
    other = Scene(
        (SHADOW, cells(1, 1, 2, 2)),
        (STREAK, cells(5, 4, 2, 2)),
        (STREAK, cells(7, 12, 1, 4)),
        height_px=500,
        width_px=1000,
    )
    assert_boxes(finds(SCENE, other), other, [1, 2])


def test_nothing_in_plain_powder():
    assert finds(SCENE, Scene()) == []


def test_best_first():
    weak = Scene((STREAK + 0.5 * POWDER, cells(2, 2, 2, 2)), (STREAK, cells(9, 9, 2, 2)))
    found = finds(SCENE, weak)
    assert_boxes(found, weak, [0, 1])
    assert found[0].box.left > found[1].box.left
    assert found[0].score > found[1].score


def test_each_thing_is_found_once():
    wide = Scene((STREAK, cells(1, 1, 14, 14)))
    assert_boxes(finds(SCENE, wide), wide, [0])


def test_a_target_that_the_decoder_sees_nothing_in_is_its_box():
    box = Box(*SCENE.box(1).moved(1, 1).corners)
    blank = Scene()
    nothing = Decoded(
        -np.ones((3, 64, 64), np.float32), np.ones(3, np.float32), (64.0, 64.0), (64, 64)
    )
    like = likeness(Target(SCENE.embedding, box, nothing), SCENE.embedding)
    assert like[5, 9] == pytest.approx(1, abs=0.4) and like[0, 0] < 0.2
    assert not likeness(Target(blank.embedding, box, nothing), SCENE.embedding).any()


def test_padding_is_never_alike():
    wide = Scene((STREAK, cells(2, 2, 2, 2)), height_px=300, width_px=800)
    like = likeness(
        Target(
            SCENE.embedding, SCENE.box(0), decode(SCENE)(SCENE.embedding, _prompt(SCENE.box(0)))
        ),
        Scene((STREAK, cells(0, 0, 16, 16)), height_px=300, width_px=800).embedding,
    )
    assert like[:6].all() and not like[6:].any()
    assert finds(wide, wide) == []
