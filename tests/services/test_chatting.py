"""Talking with a language model's server: one that is well, slow, wrong in every way, or not there.

Each is a real process on this machine; see tests/helpers/chat_server.py.
"""

import logging
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.core.chat import ChatMessage, ChatReply, ChatServer, ServerUnusableError
from app.core.errors import UserError
from app.core.progress import Cancelled
from app.core.stopping import Stop
from app.services.chat_servers import chat_with
from app.services.server_trial import try_server
from backends.chat import trouble
from tests.helpers.chat_server import ROOT, serving
from tests.helpers.chatting import HELLO, lab, png

ANSWERED = "tests.helpers.chat_answers"
KEY = "sk-quite-secret-4711"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch):
    """No long pauses between tries, and nothing of the environment that tests run in."""
    monkeypatch.setattr(trouble, "_FIRST_PAUSE_S", 0.01)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_an_answer_with_its_model_and_tokens():
    with serving() as server:
        reply = chat_with(lab(server), None).ask(HELLO, most_tokens=99)

        assert reply == ChatReply("You said: hello", "small-vl", 100, 20)
        (asked,) = server.chats()
        assert asked.body["max_tokens"] == 99
        assert asked.body["messages"] == [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "hello"},
        ]


def test_pictures_travel_whole_and_before_the_text():
    with serving() as server:
        message = ChatMessage("user", "What is it?", (png(10), png(200, (7, 9))))
        chat_with(lab(server), None).ask([message])

        (asked,) = server.chats()
        assert [part["type"] for part in asked.body["messages"][0]["content"]] == [
            "image_url", "image_url", "text",
        ]  # fmt: skip
        dark, light = asked.pictures
        assert dark.size == (40, 30) and dark.getextrema() == (10, 10)
        assert light.size == (7, 9) and light.getextrema() == (200, 200)


def test_the_only_model_of_a_server_needs_no_name():
    with serving(models=("qwen",), answers=f"{ANSWERED}:counted") as server:
        chat = chat_with(lab(server, model=""), None)
        with ThreadPoolExecutor(4) as threads:
            questions = [[ChatMessage("user", f"q{number}")] for number in range(8)]
            replies = list(threads.map(chat.ask, questions))

        assert [reply.text for reply in replies] == [f"Q{number}" for number in range(8)]
        assert {each.body["model"] for each in server.chats()} == {"qwen"}
        assert [each.path for each in server.requests()].count("/v1/models") == 1


def test_which_of_several_models_is_meant_must_be_said():
    with serving(models=("qwen", "llama")) as server:
        with pytest.raises(ServerUnusableError, match="several models: qwen, llama") as raised:
            chat_with(lab(server, model=""), None).ask(HELLO)

        assert "--model" in raised.value.hint
        assert server.chats() == []


def test_a_server_without_any_model_says_so():
    with (
        serving(models=()) as server,
        pytest.raises(ServerUnusableError, match="no model loaded"),
    ):
        chat_with(lab(server, model=""), None).ask(HELLO)


def test_what_a_model_thinks_aloud_is_no_answer():
    with serving(answers=f"{ANSWERED}:thinking") as server:
        assert chat_with(lab(server), None).ask(HELLO).text == "Hello!"


def test_an_answer_that_was_cut_off_says_so():
    with serving("cut_off") as server:
        assert chat_with(lab(server), None).ask(HELLO).is_cut


def test_tokens_that_a_server_does_not_tell_are_none():
    with serving("untold") as server:
        assert chat_with(lab(server), None).ask(HELLO) == ChatReply("You said: hello", "small-vl")


def test_the_key_is_sent_and_nothing_that_nobody_asked_for(monkeypatch):
    monkeypatch.setenv("LAB_KEY", f" {KEY}\n")
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "of-another-server")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Mine: of-another-server")
    with serving(key=KEY) as server:
        assert chat_with(lab(server, key_variable="LAB_KEY"), None).ask(HELLO).text

        (asked,) = server.chats()
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        assert set(asked.headers) == {
            "host", "accept", "accept-encoding", "connection", "content-type", "content-length",
            "user-agent", "authorization",
        }  # fmt: skip
        assert "of-another-server" not in str(asked)


def test_without_a_key_none_is_sent_whatever_the_environment_holds(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving() as server:
        chat_with(lab(server), None).ask(HELLO)

        assert "authorization" not in server.chats()[0].headers


def test_a_key_is_written_nowhere(monkeypatch, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("LAB_KEY", KEY)
    with serving(key=KEY) as server:
        chat_with(lab(server, key_variable="LAB_KEY"), tmp_path).ask(HELLO)
    with serving(key="another") as server, pytest.raises(UserError) as raised:
        chat_with(lab(server, key_variable="LAB_KEY"), tmp_path).ask(HELLO, attempt=1)

    assert "does not take the key (401" in raised.value.what, "and that server repeats it"
    assert "LAB_KEY" in raised.value.hint
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    told = [raised.value.what, raised.value.hint, caplog.text, *map(repr, written)]
    assert not [text for text in told if KEY in text]


def test_a_server_that_wants_a_key_says_how_to_give_one():
    with serving(key=KEY) as server, pytest.raises(ServerUnusableError, match="wants a key") as r:
        chat_with(lab(server), None).ask(HELLO)
    assert "--key-variable" in r.value.hint


@pytest.mark.parametrize("held", [None, "", "  "])
def test_a_key_that_is_not_set_is_told_before_anything_is_sent(monkeypatch, held):
    monkeypatch.delenv("LAB_KEY", raising=False)
    if held is not None:
        monkeypatch.setenv("LAB_KEY", held)
    server = ChatServer("lab", "http://127.0.0.1:9/v1", key_variable="LAB_KEY")
    with pytest.raises(ServerUnusableError, match="LAB_KEY isn't set"):
        chat_with(server, None)


@pytest.mark.parametrize("held", ["two words", "schlüssel", "split\nin two"])
def test_what_can_not_be_a_key_is_refused_without_repeating_it(monkeypatch, held):
    monkeypatch.setenv("LAB_KEY", held)
    server = ChatServer("lab", "http://127.0.0.1:9/v1", key_variable="LAB_KEY")
    with pytest.raises(ServerUnusableError, match="LAB_KEY holds is no key") as raised:
        chat_with(server, None)
    assert held not in raised.value.what + raised.value.hint


def test_photos_are_not_sent_on_to_another_address():
    with serving("elsewhere") as server:
        with pytest.raises(ServerUnusableError, match="sends requests on to another address"):
            chat_with(lab(server), None).ask(HELLO)

        assert [each.path for each in server.requests()] == ["/v1/chat/completions"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_what_stays_on_this_machine_goes_through_no_proxy(monkeypatch, host):
    with serving() as proxy, serving() as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        here = ChatServer("lab", server.url.replace("127.0.0.1", host), model="small-vl")
        chat_with(here, None).ask(HELLO)

        assert len(server.chats()) == 1
        assert proxy.requests() == []


def test_another_machine_is_reached_as_the_environment_says(monkeypatch):
    away = ChatServer("lab", "http://models.invalid/v1", model="small-vl", retries=0)
    with serving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))
        assert chat_with(away, None).ask(HELLO).text == "You said: hello"
        assert [r.path for r in proxy.requests()] == ["http://models.invalid/v1/chat/completions"]

        monkeypatch.setenv("NO_PROXY", "models.invalid")
        with pytest.raises(
            ServerUnusableError, match=r"can't be reached at http://models\.invalid"
        ):
            chat_with(away, None).ask(HELLO)
        assert len(proxy.requests()) == 1


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "nonsense://here"])
def test_a_proxy_that_can_not_be_used_is_told_as_one(monkeypatch, proxy):
    monkeypatch.setenv("HTTP_PROXY", proxy)
    away = ChatServer("lab", "http://models.invalid/v1", model="small-vl")
    with pytest.raises(ServerUnusableError, match="The proxy that the environment names"):
        chat_with(away, None).ask(HELLO)


@pytest.mark.parametrize(
    ("behaviour", "what"),
    [
        ("error", r"lab failed \(500: out of memory\)"),
        ("busy", r"lab failed \(503: still loading\)"),
        ("too_many", "lab has too much to do: too many requests"),
        ("no_json", "lab sent something that is no JSON"),
        ("half_json", "lab sent something that is no JSON"),
        ("other_json", "lab sent JSON that is no answer"),
        ("no_choices", "lab sent an answer without any choice"),
        ("empty", "lab answered with no words"),
        ("null", "lab answered with no words"),
        ("breaks_off", "connection to the server lab broke off"),
        ("hangs_up", "connection to the server lab broke off"),
    ],
)
def test_what_may_pass_is_tried_again(behaviour, what, tmp_path):
    with serving(behaviour) as server:
        with pytest.raises(UserError, match=what) as raised:
            chat_with(lab(server, retries=2), tmp_path).ask(HELLO)
        assert not isinstance(raised.value, ServerUnusableError)
        assert len(server.chats()) == 3
    with serving(behaviour, times=2) as server:
        reply = chat_with(lab(server, retries=2), tmp_path).ask(HELLO)
        assert reply.text == "You said: hello" and not reply.is_kept
        assert len(server.chats()) == 3


@pytest.mark.parametrize(
    ("behaviour", "what", "is_unusable"),
    [
        ("refused", r"lab wants a key \(401: Invalid key\)", True),
        ("forbidden", r"lab wants a key \(403: not for you\)", True),
        ("no_path", r"Nothing at http://127.* answers chats \(404\)", True),
        ("too_long", r"does not take the request \(400: maximum context length", False),
    ],
)
def test_what_will_not_pass_is_not_tried_again(behaviour, what, is_unusable):
    with serving(behaviour) as server:
        with pytest.raises(UserError, match=what) as raised:
            chat_with(lab(server, retries=2), None).ask(HELLO)

        assert isinstance(raised.value, ServerUnusableError) == is_unusable
        assert raised.value.hint
        assert len(server.chats()) == 1


def test_a_model_that_a_server_has_not_is_told_with_those_it_has():
    with serving(models=("qwen", "llama")) as server:
        with pytest.raises(ServerUnusableError) as raised:
            chat_with(lab(server, model="gpt"), None).ask(HELLO)

        assert raised.value.what == "The server lab has no model gpt: it has qwen, llama."
        assert "--model" in raised.value.hint


def test_tokens_used_up_by_thinking_are_told_as_such(tmp_path):
    with (
        serving("cut_off", answers=f"{ANSWERED}:endless") as server,
        pytest.raises(UserError, match="used up its tokens before it said anything"),
    ):
        chat_with(lab(server, retries=0), tmp_path).ask(HELLO)
    assert not list(tmp_path.rglob("*.json"))


def test_a_server_says_how_long_to_wait():
    with serving("too_many", times=1, retry_after="0.4") as server:
        began_s = time.monotonic()
        chat_with(lab(server), None).ask(HELLO)
        assert time.monotonic() - began_s >= 0.4


@pytest.mark.parametrize("pause", ["nan", "soon", "-5", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_nonsense_for_how_long_to_wait_is_not_waited_for(pause):
    with serving("too_many", times=1, retry_after=pause) as server:
        assert chat_with(lab(server), None).ask(HELLO).text


def test_nobody_waits_for_an_hour():
    with serving("too_many", retry_after="3600") as server:
        with pytest.raises(UserError, match="too much to do, for 60 min"):
            chat_with(lab(server), None).ask(HELLO)
        assert len(server.chats()) == 1


@pytest.mark.parametrize("behaviour", ["silent", "dripping", "dripping_head"])
def test_a_server_that_is_too_slow(behaviour):
    with serving(behaviour) as server:
        with pytest.raises(UserError, match=r"did not answer within 0\.4 s") as raised:
            chat_with(lab(server, timeout_s=0.4, retries=1), None).ask(HELLO)

        assert "--timeout" in raised.value.hint
        assert len(server.chats()) == 2


def test_a_server_that_is_slow_once(tmp_path):
    with serving("silent", times=1) as server:
        reply = chat_with(lab(server, timeout_s=2, retries=1), tmp_path).ask(HELLO)
        assert reply.text == "You said: hello"


def test_nobody_listens():
    with (
        serving("nobody") as server,
        pytest.raises(ServerUnusableError, match=r"can't be reached at .*: Connection refused"),
    ):
        chat_with(lab(server), None).ask(HELLO)


def test_a_server_that_does_not_speak_https():
    with serving() as server:
        safe = ChatServer("lab", server.url.replace("http:", "https:"), model="small-vl")
        with pytest.raises(ServerUnusableError, match="it does not speak https"):
            chat_with(safe, None).ask(HELLO)


def test_a_host_that_there_can_not_be():
    away = ChatServer("lab", "http://☃.example/v1", model="small-vl", retries=0)
    with pytest.raises(ServerUnusableError, match="there can be no host of that name"):
        chat_with(away, None).ask(HELLO)


def test_a_host_that_there_is_not():
    away = ChatServer("lab", "http://models.invalid/v1", model="small-vl", retries=0)
    with pytest.raises(ServerUnusableError, match="no host of that name") as raised:
        chat_with(away, None).ask(HELLO)
    assert "NO_PROXY" in raised.value.hint


@pytest.mark.parametrize("behaviour", ["silent", "dripping"])
def test_stopping_does_not_wait_for_the_server(behaviour):
    stop = Stop()
    with serving(behaviour) as server, ThreadPoolExecutor(2) as threads:
        chat = chat_with(lab(server, timeout_s=3600), None, stop=stop)
        asking = [threads.submit(chat.ask, HELLO) for _ in range(2)]
        while len(server.chats()) < 2:
            time.sleep(0.02)
        stop.request()
        for each in asking:
            with pytest.raises(Cancelled):
                each.result()

        with pytest.raises(Cancelled):
            chat.ask(HELLO)
        assert len(server.chats()) == 2


def test_stopping_ends_a_pause_between_tries():
    stop = Stop()
    with serving("too_many", retry_after="50") as server, ThreadPoolExecutor(1) as threads:
        asking = threads.submit(chat_with(lab(server), None, stop=stop).ask, HELLO)
        while not server.chats():
            time.sleep(0.02)
        stop.request()
        with pytest.raises(Cancelled):
            asking.result()


def test_stopping_does_not_wait_for_the_host_to_be_looked_up(monkeypatch):
    stop, begun, found = Stop(), threading.Event(), threading.Event()

    def look_up(*_, **__):
        begun.set()
        found.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    away = ChatServer("lab", "http://models.invalid/v1", model="small-vl")
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(chat_with(away, None, stop=stop).ask, HELLO)
        begun.wait()
        stop.request()
        try:
            with pytest.raises(Cancelled):
                asking.result(timeout=60)
        finally:
            found.set()


def test_a_trial_tells_models_and_sight():
    with serving(models=("qwen", "llama"), answers=f"{ANSWERED}:red") as server:
        trial = try_server(lab(server, model="qwen", vlm="qwen2.5-vl"))

        assert (trial.models, trial.model, trial.sees) == (("qwen", "llama"), "qwen", True)
        shown = server.chats()[-1].pictures[0]
        assert shown.getpixel((5, 5)) == (255, 0, 0)


def test_a_trial_hides_no_failure_behind_another_try():
    with serving("error", times=1) as server, pytest.raises(UserError, match="out of memory"):
        try_server(lab(server, retries=5))


def test_a_trial_of_one_that_sees_nothing():
    with serving(sees=False) as server:
        trial = try_server(lab(server, vlm="qwen2.5-vl"))
        assert trial.sees is False and "not a multimodal model" in trial.note
        assert try_server(lab(server)).sees is None
    with serving() as server:
        trial = try_server(lab(server, vlm="qwen2.5-vl"))
        assert trial.sees is False and "it said: You said" in trial.note
    with serving(answers=f"{ANSWERED}:blind") as server:
        assert try_server(lab(server, vlm="qwen2.5-vl")).sees is False


def test_nothing_is_sent_and_no_library_loaded_before_the_first_question():
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from app.core.chat import ChatServer\n"
        "from app.services.chat_servers import chat_with, is_any_server\n"
        "chat_with(ChatServer('lab', 'http://127.0.0.1:9/v1'), Path('nowhere'))\n"
        "is_any_server()\n"
        "heavy = {'openai', 'httpx', 'httpx2', 'pydantic', 'asyncio', 'yaml', 'cv2', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_threads_that_ask_leave_nothing_behind():
    before = threading.active_count()
    with serving() as server, ThreadPoolExecutor(4) as threads:
        chat = chat_with(lab(server), None)
        list(threads.map(lambda _: chat.ask(HELLO), range(12)))
    until_s = time.monotonic() + 60  # the server's own threads end a moment after their answers
    while threading.active_count() > before and time.monotonic() < until_s:
        time.sleep(0.01)
    assert threading.active_count() == before
