import errno
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.progress import Cancelled
from backends.base import BackendSpec, DetectorSettings, DeviceFailedError
from backends.client import ModelWorker
from backends.patience import Patience
from backends.worker import LOG_NAME

SHARED = Path("/dev/shm")
HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def photo(red=0, height=4, width=6):
    return np.full((height, width, 3), (red, 9, 9), np.uint8)


@pytest.fixture
def segments(monkeypatch):
    """Tells which pieces of shared memory stand of those that this test made."""
    made = []

    class Recorded(SharedMemory):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            made.append(self.name)

    monkeypatch.setattr("backends.photo_memory.SharedMemory", Recorded)
    return lambda: {name for name in made if (SHARED / name).exists()}


@pytest.fixture
def worker(tmp_path, segments):
    made = []

    def make(detector, **more):
        settings = DetectorSettings(tmp_path / "model.pt", cache=tmp_path / "cache")
        made.append(
            ModelWorker(settings, BackendSpec("Fake", f"fake_detectors:{detector}"), **more)
        )
        return made[-1]

    yield make
    for one in made:
        one.close()
    assert segments() == set()


def scores(results):
    return [round(finds[0].score * 255) for finds in results]


def test_answers_for_each_photo_in_order(worker):
    with worker("Echo") as echo:
        assert echo.class_names == ("echo", "model.pt")
        assert echo.device == "nowhere"
        assert echo.notes == ("only an echo",)
        results = echo.detect([photo(3, 5, 7), photo(2, 1, 1), photo(1, 300, 200)])
        assert scores(results) == [3, 2, 1]
        assert [finds[0].box for finds in results] == [
            Box(0, 0, 7, 5),
            Box(0, 0, 1, 1),
            Box(0, 0, 200, 300),
        ]
        assert echo.detect([]) == []


def test_photos_that_are_views_arrive_whole(worker):
    wide = np.zeros((4, 8, 3), np.uint8)
    wide[:, ::2] = 77
    with worker("Echo") as echo:
        assert scores(echo.detect([wide[::-1, ::2], wide[:, 1::2]])) == [77, 0]


def test_more_batches_than_slots_and_results_in_any_order(worker):
    with worker("Echo") as echo:
        tickets = [echo.submit([photo(red), photo(red + 100)]) for red in range(9)]
        for red in (8, 0, 3, 5, 1, 2, 4, 6, 7):
            assert scores(echo.result(tickets[red])) == [red, red + 100]


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared memory has no folder here")
def test_shared_memory_is_reused_and_grows(worker, segments):
    with worker("Echo", slots=3) as echo:
        for _ in range(3):
            echo.detect([photo(1, 40, 40)])
        small = segments()
        for _ in range(6):
            echo.detect([photo(1, 30, 30)])
        assert segments() == small
        assert len(small) == 3
        assert scores(echo.detect([photo(200, 500, 500)])) == [200]
        assert len(segments()) == 3
        assert len(small - segments()) == 1
    assert segments() == set()


def test_a_photo_of_another_kind_is_refused_and_nothing_else_suffers(worker):
    with worker("Echo") as echo:
        first = echo.submit([photo(1)])
        for wrong in (
            np.zeros((4, 4), np.uint8),
            np.zeros((4, 4, 3)),
            np.zeros((0, 4, 3), np.uint8),
        ):
            with pytest.raises(ValueError, match="HxWx3"):
                echo.submit([photo(5), wrong])
        second = echo.submit([photo(2)])
        assert scores(echo.result(first) + echo.result(second)) == [1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="posix_fallocate on /dev/shm")
def test_no_room_for_shared_memory_is_told(worker, segments, monkeypatch):
    def full(fd, offset, length):
        raise OSError(errno.ENOSPC, "No space left on device")

    with worker("Echo") as echo:
        with monkeypatch.context() as patch:
            patch.setattr(os, "posix_fallocate", full)
            with pytest.raises(UserError, match="shared memory"):
                echo.detect([photo(1)])
        assert segments() == set()
        assert scores(echo.detect([photo(1)])) == [1]


def test_a_refusal_while_loading_comes_back_as_it_is(worker):
    with pytest.raises(UserError, match="these weights are no good") as caught:
        worker("Refuses").start()
    assert caught.value.hint == "use others"


def test_out_of_memory_while_loading_is_the_worlds_fault(worker):
    with pytest.raises(UserError, match="ran out of memory"):
        worker("OutOfMemory").start()


def test_a_bug_while_loading_comes_back_with_its_trace(worker):
    with pytest.raises(RuntimeError, match=r"fake_detectors\.py(.|\n)*a slip in our own code"):
        worker("BreaksLoading").start()


def test_a_missing_library_is_told(worker, tmp_path):
    settings = DetectorSettings(tmp_path / "model.pt", cache=tmp_path / "cache")
    with pytest.raises(UserError, match="no_such_library"):
        ModelWorker(settings, BackendSpec("Fake", "no_such_library:Detector")).start()


def test_a_cache_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "cache").write_text("in the way")
    settings = DetectorSettings(tmp_path / "model.pt", cache=tmp_path / "cache")
    with pytest.raises(UserError, match="cache"):
        ModelWorker(settings, BackendSpec("Fake", "fake_detectors:Echo")).start()


def test_a_refused_photo_leaves_the_worker_at_work(worker):
    with worker("Moody") as moody:
        refused, fine = moody.submit([photo(1)]), moody.submit([photo(9)])
        with pytest.raises(UserError, match="this photo is no good"):
            moody.result(refused)
        assert scores(moody.result(fine)) == [9]
        assert scores(moody.detect([photo(10)])) == [10]


def test_a_bug_over_a_photo_comes_back_with_its_trace_and_restart_helps(worker):
    with worker("Moody") as moody:
        with pytest.raises(RuntimeError, match=r"fake_detectors\.py(.|\n)*a slip in our own code"):
            moody.detect([photo(2)])
        assert not moody.running
        moody.restart()
        assert scores(moody.detect([photo(9)])) == [9]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("red", "words"),
    [(3, "killed: probably out of memory"), (4, "crashed: SIGSEGV"), (5, "exit code 7")],
)
def test_a_dead_process_is_told_in_words_and_restart_helps(worker, tmp_path, red, words):
    with worker("Moody") as moody:
        os.kill(child_of(moody), signal.SIGSTOP)  # it would be dead before it is given the second
        lost, behind = moody.submit([photo(red)]), moody.submit([photo(9)])
        os.kill(child_of(moody), signal.SIGCONT)
        with pytest.raises(UserError, match=words) as caught:
            moody.result(lost)
        assert str(tmp_path / "cache" / LOG_NAME) in caught.value.hint
        with pytest.raises(RuntimeError, match="not started"):
            moody.result(behind)
        moody.restart()
        assert scores(moody.detect([photo(9)])) == [9]


def test_a_card_that_failed_ends_the_process_and_restart_helps(worker):
    with worker("Moody") as moody:
        with pytest.raises(DeviceFailedError, match="the card failed"):
            moody.detect([photo(6)])
        assert not moody.running
        moody.restart()
        assert scores(moody.detect([photo(9)])) == [9]


def test_killed_from_outside_between_two_photos(worker):
    with worker("Echo") as echo:
        echo.detect([photo(1)])
        os.kill(child_of(echo), signal.SIGKILL)
        with pytest.raises(UserError, match="model process died"):
            echo.detect([photo(2)])
        echo.start()
        assert scores(echo.detect([photo(2)])) == [2]


@pytest.mark.parametrize("detector", ["SleepyLoader", "Sleepy"])
def test_cancel_frees_whoever_waits_at_once(worker, tmp_path, detector):
    sleepy = worker(detector)
    seen = []

    def work():
        try:
            sleepy.start()
            sleepy.detect([photo(255)])
        except Cancelled:
            seen.append("cancelled")

    thread = threading.Thread(target=work)
    thread.start()
    wait_until(lambda: sleepy._pending if detector == "Sleepy" else sleepy._process)
    pid = child_of(sleepy)
    sleepy.cancel()
    thread.join()
    assert seen == ["cancelled"]
    assert not (tmp_path / "cache" / "woke").exists()
    assert not sleepy.running
    assert not Path(f"/proc/{pid}").exists()
    if detector == "Sleepy":
        sleepy.start()
        assert scores(sleepy.detect([photo(9)])) == [9]


def test_cancel_without_anything_under_way(worker):
    echo = worker("Echo")
    echo.cancel()
    echo.start()
    ticket = echo.submit([photo(1)])
    echo.cancel()
    with pytest.raises(Cancelled):
        echo.result(ticket)
    with pytest.raises(Cancelled):
        echo.submit([photo(1)])
    echo.restart()
    assert scores(echo.detect([photo(1)])) == [1]


def test_not_started_is_our_bug(worker):
    with pytest.raises(RuntimeError, match="not started"):
        worker("Echo").submit([photo(1)])


def test_start_twice_keeps_the_process(worker):
    with worker("Echo") as echo:
        pid = child_of(echo)
        echo.start()
        assert child_of(echo) == pid


@pytest.mark.skipif(sys.platform == "win32", reason="niceness is counted otherwise there")
def test_a_worker_that_steps_back_does_so_alone(worker):
    before = psutil.Process().nice()
    with worker("Echo", steps_back=True) as behind, worker("Echo") as beside:
        found = [psutil.Process(each._process.pid).nice() for each in (behind, beside)]
        assert found == [19, before]
        own = [thread.id for thread in psutil.Process().threads()]
        assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in own} == {before}


def test_close_leaves_no_process_and_waits_for_nothing(worker, tmp_path):
    with worker("Sleepy") as sleepy:
        pid = child_of(sleepy)
        sleepy.submit([photo(255)])
    assert not Path(f"/proc/{pid}").exists()
    assert not (tmp_path / "cache" / "woke").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_is_for_the_parent_to_decide(worker):
    with worker("Echo") as echo:
        os.kill(child_of(echo), signal.SIGINT)
        assert scores(echo.detect([photo(1)])) == [1]


SCRIPT = """
import os, signal, sys, threading, time
sys.path[:0] = [{root!r}, {here!r}]
import numpy as np
from pathlib import Path
from app.core.errors import UserError
from backends.base import BackendSpec, DetectorSettings
from backends.client import ModelWorker

def worker(detector):
    settings = DetectorSettings(Path("model.pt"), cache=Path({cache!r}))
    return ModelWorker(settings, BackendSpec("Fake", "fake_detectors:" + detector))

def photo(red):
    return np.full((50, 50, 3), red, np.uint8)

if __name__ == "__main__":
{body}
"""


def run_script(tmp_path, body):
    script = tmp_path / "script.py"
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    cache = str(tmp_path / "cache")
    script.write_text(SCRIPT.format(root=str(ROOT), here=str(HERE), cache=cache, body=lines))
    return subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False
    )


def test_nothing_is_printed_and_nothing_leaks(tmp_path):
    body = """
with worker("Chatty") as chatty:
    chatty.detect([photo(1)])
    chatty.detect([photo(2)] * 40)
sleepy = worker("Sleepy")
sleepy.start()
sleepy.submit([photo(255)])
sleepy.cancel()
sleepy.start()
os.kill(sleepy._process.pid, signal.SIGKILL)
try:
    sleepy.detect([photo(1)])
except UserError:
    print("done")
worker("Echo").start()  # never closed: the end of the program must do
"""
    done = run_script(tmp_path, body)
    assert (done.stdout, done.stderr, done.returncode) == ("done\n", "", 0)
    log = (tmp_path / "cache" / LOG_NAME).read_text()
    for line in ("chatter", "raw chatter", "raw complaint", "complaint"):
        assert line in log.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_a_worker_ends_with_its_parent(tmp_path):
    body = """
sleepy = worker("Sleepy")
sleepy.start()
sleepy.submit([photo(255)])
memory = sleepy._memories._pieces[0]._memory
print(sleepy._process.pid, memory.name, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = run_script(tmp_path, body)
    assert done.returncode == -signal.SIGKILL
    pid, memory = done.stdout.split()
    wait_until(lambda: not Path(f"/proc/{int(pid)}").exists())
    wait_until(lambda: not (SHARED / memory).exists())
    assert not (tmp_path / "cache" / "woke").exists()


def test_the_near_side_is_light():
    code = (
        "import sys; import backends.client, backends.base, backends.weights, backends.worker;"
        "heavy = {'torch', 'torchvision', 'ultralytics', 'openvino', 'onnxruntime', 'cv2', 'PIL'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "[]\n"


def child_of(worker):
    return worker._process.pid


def wait_until(condition):
    """Without a limit: what never comes shows as a test that hangs, with its stack."""
    while not condition():
        time.sleep(0.01)


def test_a_model_that_is_never_loaded_is_ended(worker, tmp_path, monkeypatch):
    monkeypatch.setattr(Patience, "first_s", 0.5)
    hanging = worker("SleepyLoader")
    with pytest.raises(UserError, match="gave no answer"):
        hanging.start()
    assert not hanging.running
    assert not (tmp_path / "cache" / "woke").exists()
