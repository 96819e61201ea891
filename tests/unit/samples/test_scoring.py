"""How the starter model's figures are counted."""

import numpy as np
import pytest

from app.core.geometry import Box
from app.samples.powder_bed import CLASS_NAMES
from resources.starter.score import Detection, Scene, Truth, read_truth, score

PHOTO = np.zeros((8, 8), np.uint8)
LEFT, RIGHT = Box(0.1, 0.1, 0.3, 0.9), Box(0.6, 0.1, 0.8, 0.9)


def _score(truth, detections, ignored=(), limit=0.2):
    scene = Scene(PHOTO, truth, list(ignored))
    return score([scene], [detections], dict.fromkeys(CLASS_NAMES, limit), overlap=0.3)


def test_a_second_box_on_the_same_streak_is_false():
    twice = [Detection(LEFT, "streak", 0.9), Detection(LEFT, "streak", 0.5)]
    tally = _score([Truth(LEFT, "streak", None)], twice)["streak"]
    assert (tally.labelled, tally.found, tally.right, tally.wrong) == (1, 1, 1, 1)


def test_detections_under_the_threshold_do_not_count():
    tally = _score([Truth(LEFT, "streak", None)], [Detection(LEFT, "streak", 0.1)])["streak"]
    assert (tally.found, tally.right, tally.wrong) == (0, 0, 0)


def test_the_second_class_of_an_ambiguous_box_is_right():
    tallies = _score([Truth(LEFT, "slag", "over_melt")], [Detection(LEFT, "over_melt", 0.9)])
    assert tallies["slag"].found == 1
    assert (tallies["over_melt"].right, tallies["over_melt"].wrong) == (1, 0)
    wrong = _score([Truth(LEFT, "slag", None)], [Detection(LEFT, "over_melt", 0.9)])
    assert wrong["slag"].found == 0
    assert wrong["over_melt"].wrong == 1


@pytest.mark.parametrize(("share", "wrong"), [(0.4, 1), (0.6, 0)])
def test_a_detection_mostly_in_an_ignored_place_counts_neither_way(share, wrong):
    place = Box(RIGHT.left, RIGHT.top, RIGHT.left + share * RIGHT.width, RIGHT.bottom)
    tally = _score([], [Detection(RIGHT, "streak", 0.9)], ignored=[place])["streak"]
    assert tally.wrong == wrong


def test_lines_of_the_table_count_from_zero(tmp_path):
    (tmp_path / "a.txt").write_text("0 .5 .5 .1 .8\n1 .2 .2 .1 .1\n")
    table = tmp_path / "ambiguous.csv"
    table.write_text("image,line,class,other_plausible_class\na.jpg,1,slag,over_melt\n")
    streak, slag = read_truth(tmp_path, ["a"])["a"]
    assert (streak.class_name, streak.also) == ("streak", None)
    assert (slag.class_name, slag.also) == ("slag", "over_melt")
    table.write_text("image,line,class,other_plausible_class\na.jpg,0,slag,over_melt\n")
    with pytest.raises(ValueError, match="is streak, not slag"):
        read_truth(tmp_path, ["a"])
