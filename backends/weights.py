"""What a weight file is, its hash, and whether it may be opened; itself it opens no pickle."""

import hashlib
import zipfile
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from app.core.errors import UserError

_EXPECTED = "Give a .pt or .onnx file, or a folder as ultralytics exports it for OpenVINO."
_AGAIN = "Copy, download or export it again, and check that it arrived whole."

_LEGACY_TORCH = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."

_SIGNATURES = (
    (b"\xff\xd8\xff", "a JPEG photo"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"RIFF", "a WebP image or other RIFF file"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "a SQLite database"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file it stands for"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"\x80", "a pickle, but not one written by torch"),
)


class WeightsKind(StrEnum):
    """Which engine weights are for."""

    TORCH = "torch"
    ONNX = "onnx"
    OPENVINO = "openvino"


def weights_hash(path: Path) -> str:
    """SHA-256, in hex, of a file, or of a folder's relative file names and their contents.

    Raises UserError when there is nothing at `path`.
    """
    if not path.exists():
        raise _missing(path)
    if path.is_file():
        return _file_hash(path)
    digest = hashlib.sha256()
    for name, file in sorted((f.relative_to(path).as_posix(), f) for f in path.rglob("*")):
        if file.is_file():
            digest.update(f"{name}\0{_file_hash(file)}\n".encode())
    return digest.hexdigest()


def ensure_trusted(path: Path, *, trusted_folders: Iterable[Path], trust: bool) -> None:
    """Raises UserError for a pickle that nobody vouched for.

    A .pt file is one, and opening it runs whatever code it holds. It is trusted when it really lies
    (links followed) in one of `trusted_folders`, or when `trust` is set. Other kinds hold no code.
    """
    if trust or path.suffix.lower() != ".pt":
        return
    real = path.resolve()
    if any(real.is_relative_to(folder.resolve()) for folder in trusted_folders):
        return
    raise UserError(
        f"{path} is a .pt file: opening it can run any code that its maker put inside, "
        "with your rights on this computer.",
        hint="If you know where it comes from, add --trust. An .onnx file or an OpenVINO folder "
        "holds no code and needs no trust.",
    )


def check_weights(path: Path) -> WeightsKind:
    """What `path` is, by name and by its first bytes; nothing in it is run.

    Raises UserError for a path with nothing there, and for a file that is empty, cut short or
    something else than its name says.
    """
    try:
        if path.is_dir():
            return _check_openvino(path)
        if not path.exists():
            raise _missing(path)
        return _check_file(path)
    except OSError as e:
        raise UserError(
            f"{path} can't be read: {e.strerror or e}.", hint="Check the path and its permissions."
        ) from e


def _check_file(path: Path) -> WeightsKind:
    checks = {".pt": _check_torch, ".onnx": _check_onnx}
    check = checks.get(path.suffix.lower())
    if not path.is_file() or check is None:
        raise UserError(f"{path} is no kind of weights that can be used here.", hint=_EXPECTED)
    if path.stat().st_size == 0:
        raise UserError(f"{path} is empty.", hint=_AGAIN)
    return check(path)


def _check_torch(path: Path) -> WeightsKind:
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(_LEGACY_TORCH):
        return WeightsKind.TORCH
    if not head.startswith(b"PK\x03\x04"):
        raise _foreign(path, head, "weights saved by torch")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as e:
        raise UserError(f"{path} is cut short or damaged.", hint=_AGAIN) from e
    if any(name.endswith("/constants.pkl") for name in names):
        raise UserError(
            f"{path} is a TorchScript archive, not ultralytics weights.",
            hint="Use the .pt file that it was exported from.",
        )
    if not any(name.endswith("/data.pkl") for name in names):
        raise UserError(f"{path} is a zip archive, not weights saved by torch.", hint=_EXPECTED)
    return WeightsKind.TORCH


def _check_onnx(path: Path) -> WeightsKind:
    data = path.read_bytes()
    if data[:1] != b"\x08":  # field 1, a number: the format version, which every writer puts first
        raise _foreign(path, data[:64], "an ONNX model")
    if not _whole_message(data):
        raise UserError(f"{path} is cut short or damaged.", hint=_AGAIN)
    return WeightsKind.ONNX


def _check_openvino(folder: Path) -> WeightsKind:
    graphs = sorted(folder.glob("*.xml"))
    if len(graphs) != 1:
        what = "no .xml file" if not graphs else f"{len(graphs)} .xml files where one is expected"
        raise UserError(f"{folder} is no OpenVINO model: it holds {what}.", hint=_EXPECTED)
    for file in (graphs[0], graphs[0].with_suffix(".bin"), folder / "metadata.yaml"):
        if not file.is_file() or file.stat().st_size == 0:
            state = "empty" if file.is_file() else "missing"
            raise UserError(
                f"{folder} is not a whole OpenVINO model: {file.name} is {state}.",
                hint="Export it again (ultralytics, format=openvino) and copy the whole folder.",
            )
    text = graphs[0].read_bytes()
    if b"<net" not in text[:4096]:
        raise _foreign(graphs[0], text[:64], "an OpenVINO graph")
    if not text.rstrip().endswith(b"</net>"):
        raise UserError(f"{graphs[0]} is cut short or damaged.", hint=_AGAIN)
    return WeightsKind.OPENVINO


def _whole_message(data: bytes) -> bool:
    """Whether `data` ends where its outermost protobuf fields say it does."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        if tag & 7 == 0:
            _, at = _varint(data, at)
        elif tag & 7 == 2:
            length, at = _varint(data, at)
            at += length
        else:
            return False
    return at == len(data)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that starts at `at` and where it ends, beyond the data when that is cut off."""
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    return 0, len(data) + 1


def _foreign(path: Path, head: bytes, expected: str) -> UserError:
    found = next((words for magic, words in _SIGNATURES if head.startswith(magic)), None)
    if found is None:
        found = "text" if _is_text(head) else "something else, or damaged"
    return UserError(f"{path} is not {expected}: it is {found}.", hint=_EXPECTED)


def _is_text(head: bytes) -> bool:
    return all(byte >= 0x20 or byte in b"\t\r\n\f" for byte in head)


def _missing(path: Path) -> UserError:
    return UserError(f"There are no weights at {path}.", hint="Check the path. " + _EXPECTED)


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
