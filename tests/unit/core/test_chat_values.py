"""Servers and what asking them costs, as values."""

import pytest

from app.core.chat import ChatReply, ChatServer, Usage


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://localhost/v1", True),
        ("http://lm.localhost:1/v1", True),
        ("http://LOCALHOST/v1", True),
        ("https://[::1]:8000/v1", True),
        ("http://localhost.example/v1", False),
        ("http://127.0.0.1.example/v1", False),
        ("http://notlocalhost/v1", False),
        ("http://10.0.0.5/v1", False),
        ("http://0.0.0.0:8000/v1", False),
        ("https://models.example/127.0.0.1", False),
    ],
)
def test_what_is_on_this_machine(url, is_here):
    assert ChatServer("lab", url).is_on_this_machine == is_here


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "\0"])
def test_a_server_needs_a_name_on_one_line(name):
    with pytest.raises(ValueError, match="needs a name"):
        ChatServer(name, "http://127.0.0.1:8000/v1")


@pytest.mark.parametrize(
    "url", ["", "http://", "http://:80/", "127.0.0.1", "http://a:0", "http://a b/", "http://[1/"]
)
def test_what_is_no_address(url):
    with pytest.raises(ValueError, match="an address is as http"):
        ChatServer("lab", url)


def test_cost_counts_what_was_asked_and_not_what_was_kept():
    server = ChatServer("lab", "http://127.0.0.1/v1", price_in=3.0, price_out=15.0)
    usage = Usage()
    for is_kept in (False, True, False):
        usage = usage.with_reply(ChatReply("x", "m", 1000, 200, is_kept=is_kept), server)
    assert usage == Usage(2, 1, 2000, 400, pytest.approx(0.012))
