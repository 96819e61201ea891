"""No library reaches for the network: every attempt, in this process or the worker, is recorded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.services.models import starter_model

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

# Run by every Python process at its start. Audit events come from Python's innermost network
# functions, so whatever library calls them, it shows here; so does a program that might.
RECORDER = """
import os, sys

NETWORK = {
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
}
PROGRAMS = {"curl", "wget", "ping", "git", "pip", "pip3", "uv", "conda", "nslookup", "ssh"}

def watch(event, arguments):
    if event in NETWORK:
        if getattr(arguments[0], "family", None) == 1:  # AF_UNIX: the pipes of multiprocessing
            return
        what = arguments[1:] if event.endswith(("connect", "sendto", "sendmsg")) else arguments
        with open(os.environ["ATTEMPTS"], "a") as file:
            file.write(f"{os.getpid()} {event} {what}\\n")
        raise OSError("no network here")
    if event in {"subprocess.Popen", "os.system", "os.posix_spawn"}:
        command = arguments[1] if event == "subprocess.Popen" else arguments[0]
        words = command.split() if isinstance(command, str) else list(map(os.fsdecode, command))
        if PROGRAMS & {os.path.basename(word) for word in words}:
            with open(os.environ["ATTEMPTS"], "a") as file:
                file.write(f"{os.getpid()} {event} {words}\\n")

sys.addaudithook(watch)
with open(os.environ["ATTEMPTS"] + ".pids", "a") as file:
    file.write(f"{os.getpid()}\\n")
"""

WORK = """
import sys
from pathlib import Path
import numpy as np
from backends.base import DetectorSettings
from backends.client import ModelWorker

if __name__ == "__main__":
    cache = Path(sys.argv[1])
    for weights in map(Path, sys.argv[2:]):
        with ModelWorker(DetectorSettings(weights, cache=cache, device="cpu")) as worker:
            worker.detect([np.zeros((64, 64, 3), np.uint8)])
            print(worker._process.pid, worker.device)
"""

COMMANDS = """
import os, subprocess, sys
from pathlib import Path
from app.imaging.opencv import cv2
from app.samples.powder_bed import powder_bed_photo
from app.storage.project import Project

home, starter = map(Path, sys.argv[1:])
os.environ.update(FLAWMARK_CACHE=str(home / "cache"), FLAWMARK_MODELS=str(home / "shelf"))

def flawmark(*words):
    done = subprocess.run([sys.executable, "-m", "app", *map(str, words)], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()

photos, bed = home / "photos", home / "bed"
photos.mkdir()
for seed in (1, 2):
    pixels = powder_bed_photo(seed, size_px=416, kind="streaks").pixels
    (photos / f"{seed}.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
flawmark("new", bed, "--labels", "powder-bed")
flawmark("import", bed, photos)
flawmark("prelabel", bed, "--model", "recipe:powder-bed", "--confidence", "0.05")
flawmark("models", "add", starter, "--name", "mine", "--in-place", "--trust")
flawmark("models", "test", "mine")
with Project.open(bed) as project:
    image_id = next(image.id for image in project.images.all())
    box = project.annotations.of_image(image_id)[0]
flawmark("similar", bed, "1.png", box.uid, "--in", "all")
flawmark("carry", bed)
flawmark("disagreements", bed, "--json")
"""

CARELESS = """
import os, sys
os.environ["YOLO_CONFIG_DIR"] = sys.argv[1]
from ultralytics.utils import SETTINGS
"""

CARELESS_DETECTORS = """
import os, socket, subprocess

def ask(work):
    try:
        work()
    except OSError:
        pass

class Careless:
    class_names, device, notes = (), "nowhere", ()

    def __init__(self, settings):
        ask(lambda: socket.getaddrinfo("flawmark.invalid", 80))

    def detect(self, photos, query=None):
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            ask(lambda: tcp.connect(("192.0.2.1", 80)))
            ask(lambda: udp.sendto(b"?", ("192.0.2.1", 53)))
        ask(lambda: subprocess.run(["curl", "--version"], capture_output=True))
        return [[] for photo in photos]
"""

CARELESS_WORK = """
import sys
from pathlib import Path
import numpy as np
from backends.base import BackendSpec, DetectorSettings
from backends.client import ModelWorker

if __name__ == "__main__":
    settings = DetectorSettings(Path("model.pt"), cache=Path(sys.argv[1]))
    with ModelWorker(settings, BackendSpec("Careless", "careless:Careless")) as worker:
        worker.detect([np.zeros((4, 4, 3), np.uint8)])
        print(worker._process.pid)
"""

FONTS = """
import sys
from pathlib import Path
from backends.offline import forbid_network, settle_ultralytics
forbid_network(Path(sys.argv[1]))
settle_ultralytics()
from ultralytics.utils import NUM_THREADS, ONLINE, SETTINGS, torch_utils
from ultralytics.utils.checks import check_font
import torch
from backends.offline import thread_count
assert not ONLINE and not SETTINGS["sync"] and not SETTINGS["mlflow"]
assert NUM_THREADS == torch_utils.NUM_THREADS == torch.get_num_threads() == thread_count()
for name in ("Arial.ttf", "Arial.Unicode.ttf"):
    assert Path(check_font(name)).is_relative_to(sys.argv[1]), name
"""


def run_recorded(folder, script, *arguments):
    """Runs a script with every attempt recorded, in it and in whatever it spawns.

    What it printed, the attempts, and the ids of all processes; `folder` is its home.
    """
    site = folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(RECORDER)
    (site / "careless.py").write_text(CARELESS_DETECTORS)
    attempts = folder / "attempts"
    ours = ("YOLO", "HF_", "TRANSFORMERS", "OMP_NUM_THREADS", "DO_NOT_TRACK")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    environment |= {
        "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]),
        "ATTEMPTS": str(attempts),
        "HOME": str(folder),
    }
    done = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    pids = Path(f"{attempts}.pids").read_text().split()
    return done.stdout, attempts.read_text() if attempts.exists() else "", pids


@pytest.fixture
def recorded(tmp_path):
    """As `run_recorded`, of code."""

    def run(code, *arguments):
        script = tmp_path / "script.py"
        script.write_text(code)
        return run_recorded(tmp_path, script, *arguments)

    return run


def test_loading_converting_and_predicting_stay_off_the_network(made, recorded, tmp_path):
    weights = [made.weights("detect-pt"), made.weights("detect-onnx")]
    output, attempts, pids = recorded(WORK, tmp_path / "cache", *weights)
    workers = [line.split(" ", 1) for line in output.splitlines()]
    assert [device for _, device in workers] == ["cpu (OpenVINO)", "cpu (ONNX Runtime)"]
    assert {pid for pid, _ in workers} <= set(pids), "a worker was not watched"
    assert attempts == ""
    assert not (tmp_path / "intel").exists(), "openvino's telemetry wrote into the home folder"


def test_no_command_that_asks_models_does_either(recorded, tmp_path):
    _, attempts, pids = recorded(COMMANDS, tmp_path, starter_model().weights)
    assert len(pids) >= 11, "a command or the worker of one was not watched"
    assert attempts == ""


def test_fonts_reporting_and_threads_are_settled(recorded, tmp_path):
    _, attempts, _ = recorded(FONTS, tmp_path / "cache")
    assert attempts == ""


def test_the_recorder_catches_a_library_that_does(recorded, tmp_path):
    _, attempts, _ = recorded(CARELESS, tmp_path / "config")
    assert "getaddrinfo" in attempts


def test_the_recorder_watches_inside_the_worker(recorded, tmp_path):
    output, attempts, _ = recorded(CARELESS_WORK, tmp_path / "cache")
    caught = [line.split()[:2] for line in attempts.splitlines()]
    events = ("socket.getaddrinfo", "socket.connect", "socket.sendto", "subprocess.Popen")
    assert caught == [[output.strip(), event] for event in events]
