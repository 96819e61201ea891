"""Class balance from the command line, to a training list that ultralytics takes as it is."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.imaging.opencv import cv2
from app.samples.powder_bed import powder_bed_photo
from tests.e2e.conftest import ROOT, Flawmark

LOAD = """
import json, sys
from pathlib import Path
from backends.offline import forbid_network
forbid_network(Path(sys.argv[1]))
from ultralytics.data import YOLODataset
from ultralytics.data.utils import check_det_dataset

def seen(data, split):
    each = YOLODataset(img_path=data[split], data=data, task="detect", imgsz=64)
    return [(found["im_file"], len(found["cls"])) for found in each.get_labels()]

sets = [check_det_dataset(path) for path in sys.argv[2:]]
print(json.dumps([{split: seen(data, split) for split in ("train", "val")} for data in sets]))
"""
SPECKS = 2
STREAKS = 14


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, flawmark: Flawmark) -> Path:
    """Fourteen photos with a streak and two with a speck, approved."""
    folder = tmp_path_factory.mktemp("balance")
    photos = folder / "photos"
    for number in range(STREAKS + SPECKS):
        name = photos / f"layer_{number:02}.png"
        name.parent.mkdir(exist_ok=True)
        pixels = powder_bed_photo(number, size_px=128).pixels
        name.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
        kind = 0 if number < STREAKS else 1
        name.with_suffix(".txt").write_text(f"{kind} 0.5 0.5 0.25 0.125\n")
    (photos / "classes.txt").write_text("streak\nspeck\n")
    flawmark("new", folder / "project")
    flawmark("import", folder / "project", photos, "--as", "approved")
    return folder / "project"


def test_balance_is_told(project: Path, flawmark: Flawmark) -> None:
    told = flawmark("balance", project).out
    figures = flawmark("balance", project, "--json").json

    assert "7.0 times the boxes of the rarest" in told
    streak, speck = (
        next(each for each in figures["classes"] if each["name"] == name)
        for name in ("streak", "speck")
    )
    assert (streak["boxes"], streak["images"], speck["boxes"]) == (STREAKS, STREAKS, SPECKS)
    assert streak["by_state"]["approved"] == STREAKS
    assert sum(map(sum, streak["places"])) == sum(map(sum, streak["sizes"])) == STREAKS
    assert figures["imbalance_ratio"] == STREAKS / SPECKS
    assert figures["normal"] == {"images": 0, "of": STREAKS + SPECKS, "share": 0.0}


@pytest.mark.slow
def test_ultralytics_takes_repeats_and_copies(
    project: Path, tmp_path: Path, flawmark: Flawmark
) -> None:
    outs = [tmp_path / name for name in ("plain", "repeats", "copies")]
    wishes = [("--split", "0.75,0.25"), ("--balance",), ("--balance", "--augment", "usual")]
    for out, wish in zip(outs, wishes, strict=True):
        flawmark("export", project, "--to", "yolo", out, *wish)
    plain, repeats, copies = loaded(tmp_path / "runs", outs)

    names = [Counter(Path(file).name for file, _ in seen["train"]) for seen in (plain, repeats)]
    assert set(names[0].values()) == {1}
    assert set(names[1]) == set(names[0]) and max(names[1].values()) > 1
    assert names[1].total() == len((outs[1] / "train.txt").read_text().splitlines())
    changed = [boxes for file, boxes in copies["train"] if "~aug" in file]
    assert changed and set(changed) == {1}
    assert len(copies["train"]) == names[1].total()
    assert not [file for file, _ in copies["val"] if "~aug" in file]


Seen = dict[str, list[tuple[str, int]]]


def loaded(runs: Path, outs: list[Path]) -> list[Seen]:
    """(file, boxes) of each image that training and validation go through."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(runs), *(str(out / "data.yaml") for out in outs)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: list[Seen] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--to", "coco", "--balance"), "--augment"),
        (("--to", "yolo", "--augment", "usual"), "--balance"),
        (("--to", "yolo", "--balance", "--augment", "wobble"), "wobble"),
        (("--to", "jsonl", "--balance", "--augment", "usual"), "--augment"),
        (("--to", "yolo", "--noise", "0.1"), "--noise"),
    ],
)
def test_what_cannot_be_is_refused(
    project: Path, tmp_path: Path, flawmark: Flawmark, options: tuple[str, ...], why: str
) -> None:
    done = flawmark("export", project, tmp_path / "out", *options, code=2)

    assert why in done.err
    assert not (tmp_path / "out").exists()
