"""`flawmark ask`, as it is typed, with a server on this machine."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from app.commands.ask import ask
from app.core.chat import ChatServer
from app.core.errors import UserError
from app.core.geometry import Box
from app.services.chat_servers import add_server
from app.storage.project import Project
from tests.helpers.chat_server import serving
from tests.helpers.layers import filled, propose

ANSWERS = "tests.helpers.seeing_model"


def run(*arguments):
    alone = typer.Typer()
    alone.command()(ask)
    return CliRunner().invoke(alone, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A closed project of one photo of 400x200 with a bright place, and no server."""
    monkeypatch.setenv("FLAWMARK_SERVERS", str(tmp_path / "servers.yaml"))
    pixels = np.full((200, 400, 3), 40, np.uint8)
    pixels[50:100, 100:300] = 230
    with Project.create(tmp_path / "project") as project:
        filled(project, tmp_path / "build", {"layer_1.png": pixels})
    return tmp_path / "project"


def test_boxes_come_back_in_pixels_of_the_photo_and_the_same_again_costs_nothing(folder):
    with serving(answers=f"{ANSWERS}:marks") as server:
        add_server(ChatServer("here", server.url, vlm="qwen3-vl", price_in=2.0))
        first = run(folder, "layer_1.png", "Is there a streak?", "--json")
        told = json.loads(first.stdout)
        assert told["answer"].startswith("Yes, there is one.")
        (box,) = told["boxes"]
        assert (box["word"], box["class"], box["clipped"]) == ("streak", "streak", False)
        assert box["box"] == pytest.approx([100, 50, 300, 100], abs=1.5)
        assert told["cost"] == pytest.approx(100 * 2 / 1e6)
        again = run(folder, "layer_1.png", "Is there a streak?")
        assert "1. streak (" in again.stdout and "kept from before" in again.stdout
        assert len(server.chats()) == 1
        run(folder, "layer_1.png", "Is there a streak?", "--attempt", "1")
        assert len(server.chats()) == 2


def test_what_is_odd_about_an_answer_is_said(folder):
    with serving(answers=f"{ANSWERS}:several") as server:
        add_server(ChatServer("here", server.url, vlm="qwen3-vl"))
        shown = run(folder, "layer_1.png", "What is there?").stdout
    assert "cut at the edge of the photo" in shown
    assert "finger print" in shown and "no class of the project" in shown
    assert "beside the photo or without area: 1" in shown


def test_findings_are_told_unless_they_are_left_out(folder):
    with Project.open(folder) as project:
        propose(project, 1, Box(40, 20, 80, 40))
    with serving(answers=f"{ANSWERS}:told") as server:
        add_server(ChatServer("here", server.url, vlm="qwen3-vl"))
        with_them = run(folder, "layer_1.png", "What is there?", "--json")
        without = run(folder, "layer_1.png", "What is there?", "--no-findings", "--json")
    finding = "[100, 100, 200, 200]"
    assert finding in json.loads(with_them.stdout)["text"]
    assert finding not in json.loads(without.stdout)["text"]


def test_a_small_photo_is_enlarged_unless_it_is_left_as_it_is(folder):
    with serving(answers=f"{ANSWERS}:nothing") as server:
        add_server(ChatServer("here", server.url, vlm="qwen2.5-vl"))
        run(folder, "layer_1.png", "Where is it?")
        run(folder, "layer_1.png", "Where is it?", "--no-enlarge")
        enlarged, plain = (chat.pictures[0].size for chat in server.chats())
    assert (enlarged, plain) == ((1064, 532), (392, 196))


def test_an_empty_list_is_told_in_words(folder):
    with serving(answers=f"{ANSWERS}:nothing") as server:
        add_server(ChatServer("here", server.url, vlm="qwen3-vl"))
        assert run(folder, "layer_1.png", "Where is it?").stdout.startswith("No boxes.")


def test_no_question_is_no_reason_to_send_anything(folder):
    with serving() as server:
        add_server(ChatServer("here", server.url, vlm="qwen3-vl"))
        with pytest.raises(UserError, match="There is no question"):
            run(folder, "layer_1.png", "  ")
        assert not server.requests()


def test_without_a_server_it_says_how_to_add_one(folder):
    with pytest.raises(UserError) as refused:
        run(folder, "layer_1.png", "Is there a streak?")
    assert "flawmark servers add" in refused.value.hint
