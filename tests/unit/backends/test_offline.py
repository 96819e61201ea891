import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from backends.offline import core_count, thread_count

ROOT = Path(__file__).parents[3]

REPORT = """
import os, sys
from pathlib import Path
from backends.offline import forbid_network
forbid_network(Path({cache!r}))
for name in {names!r}:
    print(os.environ.get(name))
try:
    import openvino_telemetry
except ImportError:
    print("no telemetry")
print(sorted({{"torch", "ultralytics", "matplotlib"}} & set(sys.modules)))
"""


def forbid(cache, names, **environment):
    code = REPORT.format(cache=str(cache), names=names)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | environment,
    )
    return done.stdout.splitlines()


def test_everything_is_set_whatever_the_user_has(tmp_path):
    names = ["YOLO_OFFLINE", "YOLO_AUTOINSTALL", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]
    report = forbid(tmp_path, names, YOLO_OFFLINE="false", YOLO_AUTOINSTALL="true")
    assert report == ["true", "false", "1", "1", "no telemetry", "[]"]


def test_cores_are_all_used_unless_the_user_said_otherwise(tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert forbid(tmp_path, ["OMP_NUM_THREADS"])[0] == str(core_count())
    assert forbid(tmp_path, ["OMP_NUM_THREADS"], OMP_NUM_THREADS="1")[0] == "1"


@pytest.mark.parametrize(
    ("wanted", "threads"), [("1", 1), ("3", 3), (" 5,2", 5), ("", 0), ("0", 0), ("all", 0)]
)
def test_models_compute_on_as_many_threads_as_the_user_says(wanted, threads, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", wanted)
    assert thread_count() == (threads or core_count())


@pytest.mark.skipif(sys.platform != "linux", reason="affinity")
def test_only_cores_this_process_may_use_are_counted():
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert core_count() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert core_count() == len(allowed)


def test_fonts_are_put_where_ultralytics_would_download_them(tmp_path):
    cache = tmp_path / "缓存"
    (config,) = forbid(cache, ["YOLO_CONFIG_DIR"])[:1]
    assert Path(config) == cache / "ultralytics"
    fonts = sorted((cache / "ultralytics" / "Ultralytics").iterdir())
    assert [font.name for font in fonts] == ["Arial.Unicode.ttf", "Arial.ttf"]
    for font in fonts:
        assert font.read_bytes()[:4] == b"\0\1\0\0"  # what a TrueType file begins with
    before = [font.stat().st_mtime_ns for font in fonts]
    forbid(cache, [])
    assert [font.stat().st_mtime_ns for font in fonts] == before


def test_what_is_stopped_is_still_what_the_libraries_ask_for():
    """Names that the installed versions read; a new version that renames one fails here."""
    asked = {
        "ultralytics": ["YOLO_OFFLINE", "YOLO_AUTOINSTALL", "YOLO_CONFIG_DIR", "YOLO_VERBOSE"],
        "openvino": ["import openvino_telemetry as tm\n", "except ImportError:\n"],
    }
    places = {
        "ultralytics": "ultralytics/utils/__init__.py",
        "openvino": "openvino/tools/ovc/telemetry_utils.py",
    }
    for library, names in asked.items():
        source = Path(str(distribution(library).locate_file(places[library]))).read_text("utf-8")
        for name in names:
            assert name in source
