"""`flawmark models` as people and scripts use it."""

from pathlib import Path

import pytest
from conftest import ROOT, Flawmark

from tests.helpers.loopback_hub import LoopbackHub, Repository
from tests.helpers.weight_files import SAM, put, state, torch_zip

STARTER = ROOT / "resources" / "starter" / "starter.pt"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return put(tmp_path / "tiny_sam.pth", torch_zip(state(SAM)))


@pytest.fixture(autouse=True)
def own_shelf(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(environment, "FLAWMARK_MODELS", str(tmp_path / "shelf"))


def names(flawmark: Flawmark) -> list[str]:
    return [model["name"] for model in flawmark("models", "list", "--json").json]


def test_a_model_comes_and_goes(flawmark: Flawmark, weights: Path) -> None:
    assert names(flawmark) == ["starter", "contrast"]
    told = flawmark("models", "add", weights, "--licence", "Apache-2.0").out
    assert told.startswith("tiny_sam (Segment Anything vit with 1 blocks")
    starter, contrast, mine = flawmark("models", "list", "--json").json
    assert (mine["name"], mine["family"], mine["licence"]) == ("tiny_sam", "sam", "Apache-2.0")
    assert mine["source"] == str(weights) and mine["weights_hash"] and mine["is_trusted"]
    assert starter["is_shipped"] and contrast["is_shipped"]
    listed = flawmark("models", "list").out
    assert "tiny_sam" in listed and "not tested" in listed and "Apache-2.0" in listed
    assert "off the shelf" in flawmark("models", "remove", "tiny_sam").out
    assert names(flawmark) == ["starter", "contrast"]
    assert "ships with Flawmark" in flawmark("models", "remove", "starter", code=1).err


def test_weights_that_run_code_wait_for_somebodys_word(flawmark: Flawmark) -> None:
    told = flawmark("models", "add", STARTER, "--name", "best", "--in-place").out
    assert "stays where it is" in told and "flawmark models trust best" in told
    assert "Nobody vouched" in flawmark("models", "test", "best", code=1).err
    assert "li vouches for it" in flawmark("models", "trust", "best").out
    (mine,) = flawmark("models", "list", "--json").json[2:]
    assert mine["trusted_by"] == "li" and mine["class_names"][0] == "streak"
    assert str(STARTER) in flawmark("models", "remove", "best").out
    assert STARTER.exists()


def test_every_command_explains_itself(flawmark: Flawmark) -> None:
    for command in ("list", "add", "trust", "remove", "test"):
        assert f"models {command}" in flawmark("models", command, "--help").out


def test_what_is_wrong_is_said_in_two_lines(flawmark: Flawmark, tmp_path: Path) -> None:
    photo = put(tmp_path / "best.pt", b"\xff\xd8\xff\xe0JFIF")
    failed = flawmark("models", "add", photo, code=1)
    assert "it is a JPEG photo" in failed.err and "Give a YOLO model" in failed.err
    failed = flawmark("models", "add", "hf:a/b", code=1)
    assert "nothing is downloaded unless you ask" in failed.err and "--download" in failed.err
    assert "There is starter, contrast" in flawmark("models", "test", "other", code=1).err


def test_a_download_when_it_is_asked_for(
    flawmark: Flawmark,
    environment: dict[str, str],
    weights: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {"sam_vit.pth": weights.read_bytes()}
    with LoopbackHub({"meta/sam": Repository(files)}) as hub:
        for name, value in (("HF_ENDPOINT", hub.url), ("HF_HUB_OFFLINE", "0")):
            monkeypatch.setitem(environment, name, value)
        added = flawmark("models", "add", "hf:meta/sam", "--download", "--json").json
    assert added["name"] == "sam_vit" and added["source"].startswith("hf:meta/sam@")
    assert Path(added["weights"]).read_bytes() == weights.read_bytes()


def test_a_model_is_tried_and_the_figures_kept(flawmark: Flawmark) -> None:
    figures = flawmark("models", "test", "contrast", "--json").json
    assert figures["click_ms"] > 0 and figures["device"].startswith("cpu")
    assert "ms a click" in flawmark("models", "list").out
    assert "contrast works" in flawmark("models", "test", "contrast", "--device", "cpu").out
    _, contrast = flawmark("models", "list", "--json").json
    assert contrast["trial"]["click_ms"] > 0
