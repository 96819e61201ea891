"""The servers that a machine knows: kept, listed, changed, and the command that does it."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from app.commands.servers import servers
from app.core.chat import ChatServer
from app.core.errors import UserError
from app.services.chat_servers import (
    add_server,
    changed_server,
    find_server,
    is_any_server,
    list_servers,
    prefer_server,
    remove_server,
    servers_file,
)
from tests.helpers.chat_server import serving

HERE = ChatServer("here", "http://127.0.0.1:8000/v1", vlm="qwen2.5-vl")
LAB = ChatServer("lab", "https://models.lab:8443/v1", model="qwen", key_variable="LAB_KEY")


@pytest.fixture(autouse=True)
def file(monkeypatch, tmp_path):
    monkeypatch.setenv("FLAWMARK_SERVERS", str(tmp_path / "config" / "servers.yaml"))
    return servers_file()


def run(*arguments):
    done = CliRunner().invoke(servers, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_none_is_known_at_first(file):
    assert list_servers() == () and not is_any_server()
    with pytest.raises(UserError, match="No server of a language model is configured") as raised:
        find_server()
    assert "flawmark servers add" in raised.value.hint
    assert not file.parent.exists(), "asking writes nothing"


def test_what_is_added_is_found_by_name_and_the_first_without_one():
    add_server(HERE)
    add_server(LAB)
    assert is_any_server()
    assert list_servers() == (HERE, LAB)
    assert find_server("lab") == LAB and find_server() == HERE
    with pytest.raises(UserError, match="There is no server lap; there is here, lab"):
        find_server("lap")


def test_another_may_be_preferred_changed_and_removed(file):
    add_server(HERE)
    add_server(LAB)
    prefer_server("lab")
    assert find_server() == LAB
    add_server(replace(LAB, model="llama"))
    assert [each.name for each in list_servers()] == ["lab", "here"]
    assert find_server().model == "llama"
    assert remove_server("lab").model == "llama"
    assert list_servers() == (HERE,)
    remove_server("here")
    assert not is_any_server() and not file.exists()
    with pytest.raises(UserError):
        remove_server("here")


def test_adding_again_changes_what_is_given_and_nothing_else():
    add_server(LAB)
    changed = changed_server("lab", LAB.url, {"timeout_s": 120.0, "model": None, "vlm": "kimi-vl"})
    assert changed == replace(LAB, timeout_s=120.0, vlm="kimi-vl")
    assert changed_server("lab", LAB.url, {"model": ""}).model == ""


@pytest.mark.parametrize("url", ["http://10.0.0.5:8000", "http://10.0.0.5:8000/"])
def test_an_address_without_a_path_gets_the_usual_one(url):
    assert changed_server("new", url, {}).url == "http://10.0.0.5:8000/v1"


@pytest.mark.parametrize(
    ("url", "given", "what"),
    [
        ("10.0.0.5:8000", {}, "an address is as http://127"),
        ("ftp://10.0.0.5", {}, "not 'ftp://10"),
        ("http://10.0.0.5:70000", {}, "an address is as"),
        ("http://li:secret@10.0.0.5", {}, "holds no names, keys"),
        ("http://10.0.0.5/v1?key=secret", {}, "holds no names, keys"),
        ("http://10.0.0.5", {"timeout_s": 0.0}, "timeout_s must be above 0"),
        ("http://10.0.0.5", {"timeout_s": float("nan")}, "timeout_s must be above 0"),
        ("http://10.0.0.5", {"at_once": 0}, "at_once must be 1 or more"),
        ("http://10.0.0.5", {"retries": -1}, "retries must be 0 or more"),
        ("http://10.0.0.5", {"price_in": -1.0}, "price_in must be 0 or more"),
        ("http://10.0.0.5\0/v1", {}, "an address is as"),
        ("http://10.0.0.5", {"key_variable": "sk-secret"}, "not the key"),
        ("http://10.0.0.5", {"vlm": "gpt"}, "no VLM gpt in the table: it has qwen2-vl, "),
    ],
)
def test_what_can_not_be_is_refused_in_words(url, given, what):
    with pytest.raises(UserError, match=what) as raised:
        changed_server("new", url, given)
    assert "secret" not in raised.value.what


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("servers: [", "can't be read: "),
        ("servers:\n  lab:\n    model: x\n", "the server 'lab' in line 2 has no url"),
        ("servers:\n  lab:\n    url: http://a\n    key: sk\n", "'key' in line 4 is no field"),
        ("servers:\n  lab:\n    url: http://a\n    retries: many\n", "retries must be a number"),
        ("servers:\n  lab:\n    url: nowhere\n", "the server 'lab' in line 2: an address is as"),
        ("server:\n  lab:\n    url: http://a\n", r"no 'server' \(line 1\)"),
        ("servers: lab\n", r"servers must be lines `name: value` \(line 1\)"),
    ],
)
def test_a_damaged_list_is_told_with_its_line(file, text, why):
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(UserError, match=why) as raised:
        list_servers()
    assert "FLAWMARK" not in raised.value.what and "Mend it" in raised.value.hint


def test_a_list_that_can_not_be_written_is_told_so(monkeypatch, tmp_path):
    (tmp_path / "in the way").write_text("")
    monkeypatch.setenv("FLAWMARK_SERVERS", str(tmp_path / "in the way" / "servers.yaml"))
    with pytest.raises(UserError, match="can't be"):
        add_server(HERE)


def test_the_command_adds_lists_prefers_and_removes():
    assert "No server is configured" in run()
    told = run("add", "lab", "http://10.0.0.5:8000", "--key-variable", "LAB_KEY", "--timeout", 90)
    assert "The key, photos and texts go there unencrypted" in told
    assert "unencrypted" not in run("add", "here", "http://127.0.0.1:8000", "--vlm", "qwen3-vl")
    assert "unencrypted" not in run("add", "safe", "https://10.0.0.6")
    listed = json.loads(run("--json"))
    assert [each["name"] for each in listed] == ["lab", "here", "safe"]
    assert listed[0]["timeout_s"] == 90 and listed[0]["key_variable"] == "LAB_KEY"
    assert json.loads(run("list", "--json")) == listed
    run("use", "here")
    assert "Where none is named, here is meant." in run("list")
    run("remove", "lab")
    assert [each.name for each in list_servers()] == ["here", "safe"]


def test_the_command_tries_a_server():
    with serving(models=("qwen", "llama"), answers="tests.helpers.chat_answers:red") as server:
        run("add", "here", server.url, "--model", "qwen", "--vlm", "qwen2.5-vl")
        assert server.requests() == [], "adding one sends nothing"
        told = run("test")
        assert "here answers: qwen" in told and "Its models: qwen, llama" in told
        assert "It sees pictures; boxes are read as qwen2.5-vl writes them." in told
        assert json.loads(run("test", "here", "--json"))["sees"] is True

        run("add", "here", server.url, "--vlm", "")
        assert "It is asked about texts alone" in run("test", "here")
