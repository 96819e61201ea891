"""For every test: two of them run at once, each in its turn, and none gives up early."""

import gc
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.garbage import collect_rarely
from app.shell.garbage_on_gui import collect_due
from app.shell.imports import read_no_sources
from tests.helpers.patient_bot import PatientBot
from tests.helpers.turns import turn

# As in the program; torch, which only tests import into a process with Qt, is 2,000 modules more.
read_no_sources()
# As in the program: a thread that finds a widget among its garbage would end the whole process.
collect_rarely()
gc.disable()
# Where a machine forbids it, each of the many processes that tests start compiles torch anew:
# minutes, in all.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False  # what multiprocessing starts is told by this one
# torch's threads wait for each other by spinning. With two models on two cores each then mostly
# keeps the other from computing: that takes four times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# A suite started in the background ignores Ctrl+C, and so would what tests press it on.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# The servers of whoever runs the tests are none of theirs.
os.environ["FLAWMARK_SERVERS"] = str(Path(tempfile.gettempdir()) / "no-flawmark" / "servers.yaml")

WORKERS = 2
LONG_FIRST = ("tests/models", "tests/e2e", "tests/consumers", "tests/bench", "tests/gui")
"""What takes long is begun first, so that no worker is left with it in the end; after models, the
trainers' environments, which may be made meanwhile, are ready."""
MADE = ("fast_engine", "no_network", "own_weights", "refusals", "ultralytics_models")
TOGETHER = {
    **{f"tests/models/test_{name}.py": "made" for name in MADE},
    "tests/e2e/test_main_job.py": "demo",
    "tests/e2e/test_window.py": "demo",
}
"""Files whose tests stay on one worker, by the costly fixture that they share."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """The whole suite runs on two workers; what somebody picked runs at once, in this process."""
    # A worker calls this too: it would start workers of its own, and they again.
    if "PYTEST_XDIST_WORKER" in os.environ or not config.pluginmanager.hasplugin("xdist"):
        return
    is_whole = config.args_source is config.ArgsSource.TESTPATHS and not config.option.keyword
    if is_whole and config.option.numprocesses is None and not config.option.usepdb:
        config.option.numprocesses = WORKERS


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return TOGETHER.get(file, file)

    config.option.loadscopereorder = False  # the order below is better than by number
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> tuple[bool, int]:
        places = [n for n, folder in enumerate(LONG_FIRST) if item.nodeid.startswith(folder)]
        return _is_alone(item), places[0] if places else len(LONG_FIRST)

    items.sort(key=rank)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    with turn(alone=_is_alone(item)):
        done = yield
    collect_due()
    return done


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)
