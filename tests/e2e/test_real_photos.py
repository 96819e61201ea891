"""The two walks of the README, on real photos, where those are at hand."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.conftest import Flawmark, real

Boxes = list[tuple[int, tuple[float, ...]]]


def yolo_boxes(folder: Path) -> dict[str, Boxes]:
    """File stem → class index and edges, in order, of every label file."""
    found = {}
    for file in folder.glob("*.txt"):
        if file.name != "classes.txt":
            rows = [line.split() for line in file.read_text().splitlines() if line.strip()]
            found[file.stem] = [(int(r[0]), edges(*map(float, r[1:]))) for r in rows]
    return found


def edges(x: float, y: float, w: float, h: float) -> tuple[float, ...]:
    return (x - w / 2, y - h / 2, x + w / 2, y + h / 2)


def test_neu_det_comes_back_as_it_went_in(tmp_path: Path, flawmark: Flawmark) -> None:
    source = real("neu-det")
    project, out = tmp_path / "neu", tmp_path / "yolo"
    flawmark("new", project)
    flawmark("import", project, source, "--as", "approved")
    raw = yolo_boxes(source / "labels")
    names = (source / "classes.txt").read_text("utf-8").split()

    status = flawmark("status", project, "--json").json
    boxes = Counter(index for rows in raw.values() for index, _ in rows)
    assert status["images"] == {
        **dict.fromkeys(status["images"], 0),
        "total": 1440,
        "approved": 1440,
    }
    assert [c["name"] for c in status["classes"]] == names
    assert [c["boxes"] for c in status["classes"]] == [boxes[i] for i in range(len(names))]

    flawmark("export", project, "--to", "yolo", out)
    written = yolo_boxes(out / "labels")
    assert written.keys() == raw.keys()
    for stem, rows in raw.items():
        for (index, mine), (again, theirs) in zip(rows, written[stem], strict=True):
            assert index == again
            clipped = [min(max(edge, 0.0), 1.0) for edge in mine]
            assert theirs == pytest.approx(clipped, abs=1e-6)
    assert (out / "classes.txt").read_text("utf-8").split() == names
    assert {p.stem for p in (out / "images").iterdir()} == raw.keys()

    flawmark("export", project, "--to", "jsonl", tmp_path / "jsonl", "--lang", "en,zh")
    train = tmp_path / "jsonl" / "train.jsonl"
    rows = [json.loads(line) for line in train.read_text("utf-8").splitlines()]
    assert len(rows) == 2 * 3 * 1440
    assert all(Path(row["images"][0]).is_file() for row in rows)
    for_qwen = ("--records", train, "--target", "ms-swift/qwen2.5-vl")
    assert flawmark("check", project, *for_qwen, "--json").json == []


@pytest.mark.slow
def test_the_starter_draws_on_real_powder_beds(tmp_path: Path, flawmark: Flawmark) -> None:
    source = real("powder-bed")
    project = tmp_path / "bed"
    flawmark("new", project, "--labels", "powder-bed")
    flawmark("import", project, source)
    report = flawmark("prelabel", project, "--model", "starter", "--json").json
    status = flawmark("status", project, "--json").json
    assert status["images"]["total"] == status["images"]["prelabelled"] == report["images"] == 352
    assert status["annotations"]["proposals"] == report["proposals"]
    streaks = status["classes"][0]
    assert streaks["name"] == "streak"
    assert streaks["images"] > 100  # most of these builds have streaks on most layers
    flawmark("export", project, "--to", "yolo", tmp_path / "yolo", "--split", "0.8,0.1,0.1")
    labels = list((tmp_path / "yolo" / "labels").rglob("*.txt"))
    assert sum(len(f.read_text().splitlines()) for f in labels) == report["proposals"]
    flawmark("export", project, "--to", "jsonl", tmp_path / "jsonl", "--split", "0.8,0.1,0.1")
    assert (tmp_path / "jsonl" / "val.jsonl").is_file()
    flawmark("check", project)
