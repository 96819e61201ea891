"""`flawmark survey`, as it is typed."""

import csv
import json
import subprocess
import sys
import time

import pytest
import typer
from typer.testing import CliRunner

from app.commands.survey import survey
from app.core.errors import UserError
from app.services.chat_servers import add_server
from tests.helpers.chat_server import ROOT
from tests.services.test_surveying import ASKED, LIES, labelled, server, vlm

__all__ = ["labelled", "vlm"]


def run(*arguments):
    alone = typer.Typer()
    alone.command()(survey)
    return CliRunner().invoke(alone, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def folder(labelled, vlm, tmp_path, monkeypatch):
    """A closed project, and a server that lies, which this machine knows."""
    monkeypatch.setenv("FLAWMARK_SERVERS", str(tmp_path / "servers.yaml"))
    monkeypatch.setenv("FLAWMARK_USER", "ann")
    monkeypatch.setenv("COLUMNS", "200")
    add_server(server(vlm(LIES).url, price_in=1000.0))
    labelled.close()
    return labelled.folder


def test_figures_are_printed_and_repeated(folder):
    asked = run(folder)
    assert asked.exit_code == 0
    said = " ".join(asked.stdout.split())
    assert f"{ASKED} answers about 12 images, there before: 0" in said
    assert f"{100 * ASKED} + {20 * ASKED} tokens, cost 2.8" in said
    assert "streak │ 8 │ 4 │ 50.0% │ 60.0% │ 75.0% │ 66.7% │ 62.5% │ 1" in said
    assert "all │ 16 │ 8 │ 68.8% │ 70.0% │ 87.5% │ 77.8% │ 62.5% │ 1" in said
    assert "all │ 9 │ 10 │ 8 │ 80.0% │ 88.9% │ 84.2% │ 0.95" in said
    assert "denies streak" in said and "misses 1 streak" in said
    assert "draws 1 an unknown word too many" not in said and "draws 1 unknown too many" in said
    shown = run(folder, "--show")
    assert " ".join(shown.stdout.split()) in said
    named = run(folder, "--show", "small-vl")
    assert named.stdout == shown.stdout


def test_for_scripts(folder, tmp_path):
    file = tmp_path / "differing.csv"
    told = json.loads(run(folder, "--json", "--csv", file).stdout)
    assert (told["run"]["answers"], told["run"]["failed"], told["answers"]) == (ASKED, [], ASKED)
    assert told["survey"]["name"] == told["survey"]["model"] == "small-vl"
    assert told["overall"]["presence"]["accuracy"] == 11 / 16
    assert told["classes"]["slag"]["boxes"]["mean_iou"] == pytest.approx(0.9)
    assert set(told["classes"]) == {"streak", "slag"}
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    listed = [(each["image"], a["kind"]) for each in told["differing"] for a in each["answers"]]
    assert [(row["image"], row["kind"]) for row in rows] == listed
    assert len(rows) == 9
    again = json.loads(run(folder, "--json", "--show").stdout)
    assert "run" not in again
    assert again["differing"] == told["differing"]


def test_only_what_is_wanted(folder):
    told = json.loads(
        run(folder, "--json", "--classes", "slag", "--kinds", "presence", "--images", 6,
            "--seed", 3, "--lang", "zh").stdout
    )  # fmt: skip
    assert set(told["classes"]) == {"slag"}
    assert told["survey"]["language"] == "zh"
    assert (told["survey"]["settings"]["images"], told["survey"]["settings"]["seed"]) == (6, 3)
    assert told["overall"]["boxes"]["asked"] == 0


def test_photos_may_be_left_as_small_as_they_are(folder):
    told = json.loads(
        run(folder, "--json", "--kinds", "where", "--images", 2, "--no-enlarge").stdout
    )
    assert told["survey"]["settings"]["enlarge"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        ["--kinds", "why"], ["--lang", "fr"], ["--states", "done"], ["--classes", ","],
        ["small-vl"], ["--images", "0"],
    ],
)  # fmt: skip
def test_wrong_usage(tmp_path, arguments):
    assert run(tmp_path, *arguments).exit_code == 2


def test_without_a_server_it_says_how_to_add_one(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("FLAWMARK_SERVERS", str(tmp_path / "none.yaml"))
    with pytest.raises(UserError, match="No server"):
        run(folder)


def test_a_file_that_cannot_be_written_is_told(folder, tmp_path):
    with pytest.raises(UserError, match="can't be written"):
        run(folder, "--csv", tmp_path / "nowhere" / "file.csv")


@pytest.mark.slow
def test_killed_it_goes_on_where_it_was(labelled, vlm, tmp_path, monkeypatch):
    monkeypatch.setenv("FLAWMARK_SERVERS", str(tmp_path / "servers.yaml"))
    monkeypatch.setenv("FLAWMARK_USER", "ann")
    served = vlm(delay_s=0.1)
    add_server(server(served.url, at_once=1))
    command = [sys.executable, "-m", "app", "survey", str(labelled.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        while not answers_of(labelled):
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    saved = len(answers_of(labelled))
    assert saved < ASKED
    report = subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, check=True)
    told = json.loads(report.stdout)
    assert told["run"]["kept"] == saved
    assert (told["answers"], told["differing"]) == (ASKED, [])
    # What was answered and not yet saved was kept beside; one answer may have been on its way.
    assert len(served.chats()) <= ASKED + 1
    assert labelled.integrity_problems() == []


def answers_of(project):
    return [a for survey in project.surveys.all() for a in project.surveys.answers(survey.id)]
