"""The bundle, built as it is shipped: what is in it, its commands, and its window on a screen."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PyInstaller.archive.readers import CArchiveReader

from app.imaging.opencv import cv2
from app.services.import_photos import import_photos
from app.storage.project import Project
from tests.e2e.conftest import ROOT
from tests.helpers.virtual_screen import MISSING, VirtualScreen, virtual_screen

pytestmark = pytest.mark.slow

on_a_screen = pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}")

MODEL_LIBRARIES = {
    "matplotlib", "onnx", "onnxruntime", "openvino", "pandas", "polars", "scipy", "torch",
    "torchvision", "ultralytics", "transformers", "tokenizers", "huggingface_hub", "groundingdino",
    "segment_anything", "safetensors", "timm",
}  # fmt: skip
SPARE_QT = ("libQt6Qml", "libQt6Quick", "libQt6Pdf", "libQt6Web", "libQt63D", "libQt6Designer")
MOST_MB = 500

PINK, GREEN = (200, 60, 160), (60, 200, 100)  # nothing else in the window has these colours
_PATIENCE_S = 30.0


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that would be packed and handed out."""
    made = tmp_path_factory.mktemp("bundle")
    subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", ROOT / "packaging" / "flawmark.spec"),
            *("--distpath", made / "dist", "--workpath", made / "work", "--log-level", "ERROR"),
        ],
        cwd=made,
        env={**os.environ, "PYINSTALLER_CONFIG_DIR": str(made / "cache")},
        check=True,
    )
    return made / "dist" / "flawmark"


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two even photos, pink and green."""
    (tmp_path / "photos").mkdir()
    for name, rgb in (("1.png", PINK), ("2.png", GREEN)):
        pixels = np.full((480, 640, 3), rgb, np.uint8)
        _, content = cv2.imencode(".png", pixels[:, :, ::-1])
        (tmp_path / "photos" / name).write_bytes(content.tobytes())
    with Project.create(tmp_path / "project") as project:
        import_photos(project, tmp_path / "photos")
    return tmp_path / "project"


def run(
    bundle: Path, *arguments: object, environment: dict[str, str], code: int = 0
) -> subprocess.CompletedProcess[str]:
    command = [str(bundle / "flawmark"), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done


@contextmanager
def window(screen: VirtualScreen, *command: object) -> Iterator["subprocess.Popen[str]"]:
    """Ended by Ctrl-C, which must leave exit code 0 and no word on standard error."""
    with subprocess.Popen(
        list(map(str, command)), env=screen.environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
            process.send_signal(signal.SIGINT)
            _, words = process.communicate(timeout=_PATIENCE_S)
        except BaseException:
            process.kill()
            raise
        assert (process.returncode, words) == (0, "")


def wait_until(happened: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    began = time.monotonic()
    while not happened():
        assert process.poll() is None, "the window ended by itself"
        assert time.monotonic() - began < _PATIENCE_S, "it did not happen"
        time.sleep(0.05)


def test_no_model_library_and_no_spare_part_of_qt_is_in_it(bundle: Path) -> None:
    inside = bundle / "_internal"
    modules = CArchiveReader(str(bundle / "flawmark")).open_embedded_archive("PYZ.pyz").toc
    names = (*modules, *(path.name for path in inside.iterdir()))
    top_level = {name.partition(".")[0] for name in names}
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    spare_qt = [path for path in files if path.name.startswith(SPARE_QT)]

    assert {"app", "widgets", "PySide6", "cv2"} <= top_level
    assert not MODEL_LIBRARIES & top_level
    assert not spare_qt
    assert not (inside / "cv2" / "qt").exists()
    assert len(list((inside / "qtawesome" / "fonts").iterdir())) == 2
    assert sum(path.stat().st_size for path in files) < MOST_MB * 1e6


def test_commands_that_need_no_model_work(
    bundle: Path, environment: dict[str, str], project: Path, tmp_path: Path
) -> None:
    run(bundle, "new", tmp_path / "new", "--labels", "powder-bed", environment=environment)
    run(bundle, "import", tmp_path / "new", tmp_path / "photos", environment=environment)
    status = run(bundle, "status", tmp_path / "new", environment=environment)
    assert status.stdout.startswith("2 images")
    checked = run(bundle, "check", tmp_path / "new", environment=environment)
    assert "0 errors" in checked.stdout
    run(bundle, "doctor", "--json", environment=environment)


def test_prelabelling_says_that_models_are_not_part_of_it(
    bundle: Path, environment: dict[str, str], project: Path
) -> None:
    done = run(bundle, "prelabel", project, "--model", "starter", environment=environment, code=1)
    assert "not installed" in done.stderr


@on_a_screen
def test_the_window_shows_the_photos_of_a_project(
    bundle: Path, screen: VirtualScreen, project: Path
) -> None:
    with window(screen, bundle / "flawmark-window", project) as process:
        wait_until(lambda: screen.share_of(PINK) > 0.1, process)
        shown = screen.xdotool("search", "--onlyvisible", "--pid", str(process.pid)).split()
        screen.xdotool("windowfocus", "--sync", shown[-1])
        screen.xdotool("key", "d")
        wait_until(lambda: screen.share_of(GREEN) > 0.1, process)
        assert screen.share_of(PINK) < 0.1
