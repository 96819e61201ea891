"""The list of servers as YAML: what is written is read back as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chat import ChatServer
from app.formats.server_yaml import servers_from_yaml, servers_to_yaml

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
names = words.filter(lambda name: name.isprintable() and bool(name.strip()))
numbers = st.floats(0.001, 1e9, allow_nan=False)
servers = st.builds(
    ChatServer,
    name=names,
    url=st.sampled_from(["http://127.0.0.1:8000/v1", "https://[::1]/v1", "http://名.lab:1/a"]),
    model=names | st.just(""),
    vlm=st.sampled_from(["", "qwen2.5-vl"]),
    key_variable=st.sampled_from(["", "LAB_KEY"]),
    timeout_s=numbers,
    retries=st.integers(0, 99),
    at_once=st.integers(1, 99),
    price_in=numbers | st.just(0.0),
    price_out=numbers | st.just(0.0),
)


@given(st.lists(servers, unique_by=lambda server: server.name, max_size=4))
def test_what_is_written_is_read_back(listed):
    assert servers_from_yaml(servers_to_yaml(listed)) == tuple(listed)


@pytest.mark.parametrize("text", ["", "servers:\n", "# nothing\n", "servers: {}\n"])
def test_an_empty_list(text):
    assert servers_from_yaml(text) == ()


def test_what_is_as_usual_is_not_written():
    text = servers_to_yaml([ChatServer("lab", "http://127.0.0.1:8000/v1")])
    assert text == "servers:\n  lab:\n    url: http://127.0.0.1:8000/v1\n"


def test_a_name_may_look_like_a_number_or_a_word_of_yaml():
    listed = [ChatServer(name, "http://127.0.0.1:8000/v1", model="1.50") for name in ("on", "1")]
    assert servers_from_yaml(servers_to_yaml(listed)) == tuple(listed)
