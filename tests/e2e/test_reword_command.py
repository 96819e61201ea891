"""Prose worded by a language model through the real command line, which is killed and stopped."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.annotation import Annotation, new_uid
from app.core.chat import ChatServer
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.formats.server_yaml import servers_to_yaml
from app.services.create import create_project, load_label_set
from app.services.import_photos import import_photos
from app.storage.project import Project
from tests.e2e.conftest import ROOT, Flawmark
from tests.helpers.chat_server import serving
from tests.helpers.drawn_photos import noise_photos

SAID = "tests.helpers.reworded"


@pytest.fixture
def listed(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Makes a server the only one of the list, by its address."""
    monkeypatch.setitem(environment, "FLAWMARK_SERVERS", str(tmp_path / "servers.yaml"))

    def put(url: str, **settings: Any) -> None:
        yaml = servers_to_yaml([ChatServer("here", url, **settings)])
        (tmp_path / "servers.yaml").write_text(yaml, "utf-8")

    return put


@pytest.fixture
def bed(tmp_path: Path) -> Path:
    """A project of six photos, with a streak on each."""
    photos = noise_photos(tmp_path / "photos", 6)
    folder = tmp_path / "bed"
    with create_project(folder, load_label_set("powder-bed"), actor="li") as project:
        import_photos(project, photos)
        for image in project.images.all():
            drawn = Annotation(new_uid(), 1, Box(80, 5, 90, 85), author="li")
            after = replace(image.label, state="in_progress")
            edits = [AnnotationEdit(image.id, None, drawn), ImageEdit(image.id, image.label, after)]
            project.apply(edits, actor="li")
    return folder


def worded(folder: Path) -> int:
    with Project.open(folder) as project:
        assert project.integrity_problems() == []
        found = [e for c in project.conversations.all() for e in c.exchanges]
    return sum(bool(exchange.reworded_by) for exchange in found)


def begun(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_it_tells_what_it_would_send_sends_it_and_says_what_came(
    bed: Path, flawmark: Flawmark, listed: Callable[..., None]
):
    assert "No server" in flawmark("reword", bed, code=1).err
    with serving(answers=f"{SAID}:well") as server:
        listed(server.url, price_in=1.0, price_out=2.0)
        told = flawmark("reword", bed, "--dry-run", "--lang", "en,zh").out
        assert "132 turns of 6 images would be sent" in told
        assert "one streak all the way down the right side" in told
        assert server.chats() == []
        said = flawmark("reword", bed, "--kinds", "presence,cause", "--images", "4").out
        assert "24 turns worded anew, 0 refused, 0 without an answer." in said
        assert "cost 0.0034" in said
        assert len(server.chats()) == worded(bed) == 24
    with serving(answers=f"{SAID}:stubborn") as server:
        listed(server.url)
        refused = flawmark("reword", bed, "--kinds", "identification")
        assert "refused: markdown, 6 times" in refused.err
        assert "0 turns worded anew, 6 refused" in refused.out
    gone = flawmark("reword", bed, code=1)
    assert "can't be reached" in gone.err
    assert worded(bed) == 24


@pytest.mark.slow
def test_killed_midway_it_goes_on_and_what_was_answered_is_not_asked_again(
    bed: Path, flawmark: Flawmark, listed: Callable[..., None], environment: dict[str, str]
):
    with serving(answers=f"{SAID}:well", delay_s=0.03) as server:
        listed(server.url, at_once=2)
        command = [sys.executable, "-m", "app", "reword", str(bed), "--lang", "en,zh"]
        for kill in (1, 2):
            with begun(command, environment) as process:
                while len(server.chats()) < 27 * kill:
                    assert process.poll() is None, "it ended before it could be killed"
                    time.sleep(0.02)
                process.kill()
        saved = worded(bed)
        assert 20 <= saved < 132
        report = flawmark(*command[3:], "--json").json
        counts = Counter(str(chat.body["messages"]) for chat in server.chats())
        assert saved + report["accepted"] == worded(bed) == len(counts) == 132
        # A kill leaves what was under way without an answer: two at most.
        assert sum(count - 1 for count in counts.values()) <= 4
        assert report["usage"]["asked"] + report["usage"]["kept"] == report["accepted"]


@pytest.mark.slow
def test_control_c_ends_it_while_the_server_takes_its_time(
    bed: Path, listed: Callable[..., None], environment: dict[str, str]
):
    with serving("silent") as server:
        listed(server.url, timeout_s=600.0)
        command = [sys.executable, "-m", "app", "reword", str(bed)]
        with begun(command, environment) as process:
            while not server.chats():
                assert process.poll() is None, process.communicate()
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on" in said
