"""A server that is configured is sent nothing, unless somebody asks it something."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.chat import ChatServer
from app.formats.server_yaml import servers_to_yaml
from app.storage.project import Project
from tests.bench.bench_start import make_project
from tests.e2e.conftest import ROOT
from tests.helpers.chat_server import serving
from tests.helpers.layers import set_state

pytestmark = pytest.mark.slow

# Run by every Python process at its start; audit events come from Python's innermost functions, so
# whatever library opens a socket, it shows here. Those of families without addresses are Qt's and
# multiprocessing's own pipes.
WATCH = """
import os, socket, sys

LOOKED_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}

def watch(event, arguments):
    opened = event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6)
    if opened or event in LOOKED_UP:
        with open(os.environ["SEEN"], "a") as file:
            file.write(f"{event} {arguments[1:]}\\n")

sys.addaudithook(watch)
with open(os.environ["SEEN"] + ".processes", "a") as file:
    file.write(f"{os.getpid()}\\n")
"""


@pytest.fixture
def watched(tmp_path):
    """Runs a module, its children too; returns its output and each socket that was opened."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(WATCH)
    (tmp_path / "servers.yaml").write_text("")
    seen = tmp_path / "seen"

    def run(*arguments: object) -> tuple[str, str]:
        seen.unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", *map(str, arguments)],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(site),
                "SEEN": str(seen),
                "QT_QPA_PLATFORM": "offscreen",
                "FLAWMARK_CONFIG": str(tmp_path / "config"),
                "FLAWMARK_CACHE": str(tmp_path / "cache"),
                "FLAWMARK_SERVERS": str(tmp_path / "servers.yaml"),
                "FLAWMARK_USER": "li",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        assert Path(f"{seen}.processes").exists(), "nobody watched"
        return done.stdout, seen.read_text() if seen.exists() else ""

    return run


def test_opening_a_project_and_working_on_it_opens_no_socket(watched, tmp_path):
    project = make_project(tmp_path)
    with Project.open(project) as opened:
        for image_id in (1, 2):
            set_state(opened, image_id, "submitted")
    with serving() as server:
        lab = ChatServer("lab", server.url, vlm="qwen2.5-vl")
        (tmp_path / "servers.yaml").write_text(servers_to_yaml([lab]))

        told, sockets = watched("tests.helpers.watched_panels", "open", project)
        assert {"ask", "conversation", "prelabel"} <= set(json.loads(told))
        assert sockets == ""
        for command in (
            ["servers"],
            ["converse", project],
            ["export", project, "--to", "jsonl", "--target", "ms-swift/qwen2.5-vl", tmp_path / "o"],
        ):
            assert watched("app", *command)[1] == "", command
        assert server.requests() == []


def test_the_watch_sees_a_server_that_is_asked(watched, tmp_path):
    with serving() as server:
        assert watched("app", "servers", "add", "lab", server.url)[1] == ""
        assert "socket.__new__" in watched("app", "servers", "test")[1]
        assert server.requests()
