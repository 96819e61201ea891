import pytest

from app.core.progress import Cancelled
from app.core.stopping import Stop


def test_a_request_calls_back_once_and_stays():
    stop, called = Stop(), []
    with stop.on_request(lambda: called.append("first")), stop.on_request(lambda: called.append(2)):
        stop.check()
        stop.request()
        stop.request()
        assert called == ["first", 2]
    assert stop.requested
    with pytest.raises(Cancelled):
        stop.check()


def test_who_has_left_is_not_called():
    stop, called = Stop(), []
    with stop.on_request(lambda: called.append("left")):
        pass
    stop.request()
    assert called == []


def test_who_comes_too_late_is_called_at_once():
    stop, called = Stop(), []
    stop.request()
    with stop.on_request(lambda: called.append("late")):
        assert called == ["late"]
