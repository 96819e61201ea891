"""`flawmark similar` and `flawmark carry`, as they are typed."""

import json

import pytest
import typer
from typer.testing import CliRunner

from app.commands.carry import carry
from app.commands.similar import similar
from app.core.blind import SHARE_SETTING
from app.core.errors import UserError
from app.storage.project import Project
from backends.base import BACKENDS, BackendSpec
from tests.helpers.grainy_photos import grainy, with_blot
from tests.helpers.layers import draw, filled
from tests.helpers.scripted_segmenters import LOG
from tests.helpers.weight_files import SAM, put, state, torch_zip


def run(command, *arguments):
    alone = typer.Typer()
    alone.command()(command)
    return CliRunner().invoke(alone, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A closed project of two layers with two things each; one is drawn, on the first."""
    monkeypatch.setenv("FLAWMARK_USER", "ann")
    photos = {}
    for n in range(2):
        pixels, box = with_blot(grainy(seed=n), 100, 100, 40, 30)
        pixels, _ = with_blot(pixels, 400, 250, 40, 30)
        photos[f"layer_{n}.png"] = pixels
    pixels, box = with_blot(photos["layer_0.png"], 100, 100, 40, 30, by=0)
    with Project.create(tmp_path / "project") as project:
        ids = filled(project, tmp_path / "build", photos)
        draw(project, ids["layer_0.png"], box)
    return tmp_path / "project"


def boxes(folder):
    with Project.open(folder) as project:
        return [
            len(project.annotations.of_image(i))
            for i in sorted(project.images.ids_by_path().values())
        ]


def test_similar_here_then_everywhere(folder):
    here = run(similar, folder, "layer_0.png", "1", "--least-score", "0.7")
    assert here.exit_code == 0 and "1 proposal on 1 image;" in here.stdout
    assert boxes(folder) == [2, 0]
    everywhere = run(
        similar, folder, "layer_0.png", "1", "--in", "all", "--least-score", "0.7", "--json"
    )
    told = json.loads(everywhere.stdout)
    assert (told["images"], told["proposals"], told["skipped"]) == (1, 2, 1)
    assert boxes(folder) == [2, 2]
    again = run(similar, folder, "layer_0.png", "1", "--in", "folder", "--least-score", "0.7")
    assert "0 proposals on 0 images" in again.stdout


def test_carry_one_and_all(folder):
    told = json.loads(run(carry, folder, "layer_1.png", "--json").stdout)
    assert (told["images"], told["proposals"], told["dropped"]) == (1, 1, 0)
    assert boxes(folder) == [1, 1]
    every = run(carry, folder)
    assert "0 proposals on 1 image; 0 boxes dropped, 1 image left alone" in every.stdout


def test_of_blind_images_no_number_is_told(folder):
    with Project.open(folder) as project:
        project.settings.put(SHARE_SETTING, 1.0)
    found = run(similar, folder, "layer_0.png", "1", "--in", "all", "--least-score", "0.7")
    assert boxes(folder) == [2, 2]
    assert "0 proposals on 2 images" in found.stdout
    assert "Nothing is told of 2 of these images, which you label blind." in found.stdout
    assert "Nothing is told of 1 of these" in run(carry, folder, "layer_1.png").stdout


def test_carry_fitted_by_a_segmenter(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("FLAWMARK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FLAWMARK_MODELS", str(tmp_path / "models"))
    squares = BackendSpec("Squares", "tests.helpers.scripted_segmenters:Squares", role="segmenter")
    monkeypatch.setitem(BACKENDS, "sam", squares)
    weights = put(tmp_path / "sam.pth", torch_zip(state(SAM)))
    carried = (carry, folder, "layer_1.png", "--least-likeness", "0.4", "--json")
    told = json.loads(run(*carried, "--segmenter", weights).stdout)
    assert (told["images"], told["proposals"], told["refused"]) == (1, 1, [])
    assert len(calls(tmp_path / "cache", "segment")) == 1
    assert boxes(folder) == [1, 1]
    # Another way of fitting replaces what came of this one.
    assert json.loads(run(*carried).stdout)["images"] == 1
    assert boxes(folder) == [1, 1]


def calls(cache, name):
    return [line for line in (cache / LOG).read_text().splitlines() if line.startswith(f"{name} ")]


def test_similar_by_the_features_of_a_segmenter(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("FLAWMARK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FLAWMARK_MODELS", str(tmp_path / "models"))
    squares = BackendSpec("Squares", "tests.helpers.scripted_segmenters:Squares", role="segmenter")
    monkeypatch.setitem(BACKENDS, "sam", squares)
    weights = put(tmp_path / "sam.pth", torch_zip(state(SAM)))
    search = (similar, folder, "layer_0.png", "1", "--in", "all", "--json", "--segmenter")
    told = json.loads(run(*search, weights).stdout)
    assert (told["images"], told["proposals"], told["refused"]) == (2, 2, [])
    assert boxes(folder) == [2, 1]
    assert json.loads(run(*search, weights).stdout)["skipped"] == 2
    assert json.loads(run(*search, "contrast").stdout)["images"] == 2
    with pytest.raises(UserError, match="no weights at"):
        run(*search, "nonsense")


def test_names_that_mean_nothing_are_refused(folder):
    with pytest.raises(UserError):
        run(similar, folder, "layer_7.png", "1")
    with pytest.raises(UserError):
        run(similar, folder, "layer_0.png", "9")
    with pytest.raises(UserError):
        run(carry, folder, "layer_7.png")
