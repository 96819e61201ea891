"""What of Flawmark works on this machine, what doesn't, and what to do about it."""

import os
import platform
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.core.errors import UserError
from app.services.display import check_display
from app.services.models import starter_model
from backends.probe import probe

_LIBRARIES = ("sqlite-utils", "opencv-python", "pillow", "torch", "ultralytics", "transformers",
              "groundingdino-py", "segment-anything", "openvino", "onnxruntime",
              "pyside6-essentials")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`ok` False: something that a user may want does not work; `hint` then says what to do."""

    topic: str
    ok: bool
    what: str
    hint: str = ""


def doctor(cache: Path) -> list[Diagnosis]:
    """Looks at versions, devices, models, the display and the folders that are written."""
    return [
        *_versions(),
        *_devices(cache),
        _starter(),
        _display(),
        _writable("cache folder", cache),
        _writable("working folder", Path.cwd()),
        _writable("temporary folder", Path(tempfile.gettempdir())),
    ]


def _versions() -> Iterator[Diagnosis]:
    yield Diagnosis("system", True, f"{platform.platform()}, {os.cpu_count()} CPU cores")
    yield Diagnosis("python", True, platform.python_version())
    yield Diagnosis("sqlite", True, sqlite3.sqlite_version)
    for library in _LIBRARIES:
        try:
            yield Diagnosis(library, True, version(library))
        except PackageNotFoundError:
            hint = "Install Flawmark anew; it comes with this library."
            yield Diagnosis(library, False, "not installed", hint)


def _devices(cache: Path) -> Iterator[Diagnosis]:
    try:
        devices = probe(cache)
    except UserError as e:
        yield Diagnosis("devices", False, e.what, e.hint)
        return
    yield Diagnosis("devices", True, ", ".join(devices))


def _starter() -> Diagnosis:
    try:
        model = starter_model()
    except (UserError, OSError, KeyError) as e:
        hint = "Install Flawmark anew; the starter model comes with it."
        return Diagnosis("starter model", False, str(e), hint)
    return Diagnosis("starter model", True, f"sha256 {model.weights_hash[:12]}")


def _display() -> Diagnosis:
    try:
        check_display()
    except UserError as e:
        return Diagnosis("window", False, e.what, e.hint)
    return Diagnosis("window", True, "can be opened")


def _writable(name: str, folder: Path) -> Diagnosis:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as e:
        hint = f"Make {folder} writable, or choose another (FLAWMARK_CACHE for the cache)."
        return Diagnosis(name, False, f"{folder}: {e.strerror}", hint)
    return Diagnosis(name, True, str(folder))
