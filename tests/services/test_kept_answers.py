"""Answers of a language model that are kept: by one process, by two at once, and through a kill."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from app.core.chat import ChatMessage
from app.core.errors import UserError
from app.services.chat_servers import ANSWERS, chat_with
from tests.helpers.chat_server import ROOT, serving
from tests.helpers.chatting import HELLO, lab, png


def test_the_same_question_is_asked_once(tmp_path):
    with serving() as server:
        first = chat_with(lab(server), tmp_path).ask(HELLO)
        again = chat_with(lab(server), tmp_path).ask(HELLO)

        assert not first.is_kept and again.is_kept
        assert (again.text, again.tokens_in) == (first.text, first.tokens_in)
        assert len(server.chats()) == 1
    with serving("nobody") as gone:
        assert chat_with(lab(gone), tmp_path).ask(HELLO).is_kept


def test_what_differs_in_anything_is_asked(tmp_path):
    shown = ChatMessage("user", "hello", (png(10),))
    with serving(models=("small-vl", "large-vl")) as server:
        small, large = (
            chat_with(lab(server, model=name), tmp_path) for name in ("small-vl", "large-vl")
        )
        replies = [
            small.ask(HELLO),
            small.ask(HELLO[1:]),
            small.ask([shown]),
            small.ask([ChatMessage("user", "hello", (png(11),))]),
            small.ask(HELLO, most_tokens=5),
            small.ask(HELLO, attempt=1),
            small.ask(HELLO, attempt=2),
            large.ask(HELLO),
        ]
        assert not any(reply.is_kept for reply in replies)
        assert small.ask(HELLO, attempt=2).is_kept
        words = [each.body for each in server.chats()]
        assert [body["temperature"] > 0 for body in words[:7]] == [False] * 5 + [True] * 2
        assert words[5]["seed"] != words[6]["seed"]


def test_two_servers_with_a_model_of_the_same_name_are_both_asked(tmp_path):
    """Such as a VLM before and after it was trained."""
    with serving() as base, serving(answers="tests.helpers.chat_answers:thinking") as tuned:
        asked = replace(lab(tuned), name="tuned")
        assert chat_with(lab(base), tmp_path).ask(HELLO).text == "You said: hello"
        assert chat_with(asked, tmp_path).ask(HELLO).text == "Hello!"
        assert chat_with(asked, tmp_path).ask(HELLO).is_kept


def test_failures_are_not_kept(tmp_path):
    with serving("empty", times=1) as server:
        chat = chat_with(lab(server, retries=0), tmp_path)
        with pytest.raises(UserError):
            chat.ask(HELLO)
        assert not chat.ask(HELLO).is_kept


@pytest.mark.parametrize("held", [b"", b"\0" * 50, b'{"text": "You', b'{"text": 5}', b"[]"])
def test_a_damaged_answer_is_asked_for_anew(tmp_path, held):
    with serving() as server:
        chat = chat_with(lab(server), tmp_path)
        chat.ask(HELLO)
        (kept,) = tmp_path.rglob("*.json")
        kept.write_bytes(held)

        assert not chat.ask(HELLO).is_kept
        assert chat.ask(HELLO).is_kept


def test_an_answer_that_can_not_be_kept_is_given_all_the_same(tmp_path):
    (tmp_path / ANSWERS).write_text("in the way")
    with serving() as server:
        chat = chat_with(lab(server), tmp_path)
        assert chat.ask(HELLO).text == chat.ask(HELLO).text == "You said: hello"
        assert len(server.chats()) == 2


@pytest.mark.slow
def test_answers_survive_a_kill_and_two_processes_at_once(tmp_path):
    def asker(count):
        command = [sys.executable, "-m", "tests.helpers.chat_asker", server.url, str(tmp_path)]
        return subprocess.Popen([*command, str(count)], cwd=ROOT, stdout=subprocess.PIPE, text=True)

    with serving(answers="tests.helpers.chat_answers:counted", delay_s=0.02) as server:
        with asker(1000) as killed:
            before = [killed.stdout.readline() for _ in range(15)]
            killed.kill()
        assert all(line.startswith("asked QUESTION") for line in before)
        asked_before = len(server.chats())

        both = [asker(40), asker(40)]
        told = [process.communicate()[0].split("\n")[:-1] for process in both]

        expected = [f"QUESTION {number}" for number in range(40)]
        for lines in told:
            assert [line.partition(" ")[2] for line in lines] == expected
            assert all(line.startswith("kept") for line in lines[:15])
        # What was under way when it was killed may be lost; all else is asked once by each.
        assert 15 <= asked_before <= 17
        assert len(server.chats()) - asked_before <= 2 * 25
    assert all(process.returncode == 0 for process in both)
    assert len(list(tmp_path.rglob("*.json"))) == 40


def test_what_a_killed_process_left_half_made_goes_in_time(tmp_path):
    making = tmp_path / ANSWERS / "making"
    making.mkdir(parents=True)
    (making / "old").write_text("{")
    (making / "new").write_text("{")
    _make_old(making / "old")
    with serving() as server:
        chat_with(lab(server), tmp_path).ask(HELLO)
    assert [path.name for path in making.iterdir()] == ["new"]


def _make_old(path):
    then_s = time.time() - 86_400
    os.utime(path, (then_s, then_s))
