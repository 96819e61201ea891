"""What a weight file is, its hash, and whether it may be opened; itself it opens no pickle."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from app.core.errors import UserError
from backends.file_kinds import AGAIN, EXPECTED, damaged, foreign, missing
from backends.onnx_file import is_whole_message
from backends.torch_file import LEGACY_TORCH

_EXPECTED = "Give a .pt or .onnx file, or a folder as ultralytics exports it for OpenVINO."

_SHARDS = "model.safetensors.index.json"
HUGGING_FACE_FILES = (
    "config.json", "preprocessor_config.json", "processor_config.json", "tokenizer.json",
    "tokenizer_config.json", "vocab.txt", "special_tokens_map.json", "added_tokens.json",
)  # fmt: skip


class WeightsKind(StrEnum):
    """How weights are kept."""

    TORCH = "torch"
    SAFETENSORS = "safetensors"
    ONNX = "onnx"
    OPENVINO = "openvino"


def weights_hash(path: Path) -> str:
    """SHA-256, in hex, of a file, or of the names and contents of a folder's `weights_files`.

    Raises UserError when there is nothing at `path`.
    """
    files = weights_files(path)
    if files == (path,):
        return file_hash(path)
    return folder_hash((f.relative_to(path).as_posix(), file_hash(f)) for f in files)


def folder_hash(hashes: Iterable[tuple[str, str]]) -> str:
    """Of a folder's relative file names, each with the SHA-256 of its content."""
    digest = hashlib.sha256()
    for name, content in sorted(hashes):
        digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def weights_files(path: Path) -> tuple[Path, ...]:
    """`path` itself, or what makes up the model in a folder, by name.

    A Hugging Face folder often holds the same weights in other formats, examples and a history;
    only what is opened counts. Raises UserError when there is nothing at `path`.
    """
    if not path.exists():
        raise missing(path)
    if path.is_file():
        return (path,)
    weights = hugging_face_weights(path)
    if not weights or not (path / "config.json").is_file():
        return tuple(sorted(f for f in path.rglob("*") if f.is_file()))
    beside = (path / name for name in HUGGING_FACE_FILES)
    return tuple(sorted(f for f in (*beside, *weights) if f.is_file()))


def hugging_face_weights(folder: Path) -> tuple[Path, ...]:
    """What is opened where there are several forms (safetensors holds no code); none if nothing is.

    Large weights are cut into several files with an index; those may not all be there.
    """
    index = folder / _SHARDS
    if (folder / "model.safetensors").is_file():
        return (folder / "model.safetensors",)
    if index.is_file():
        with suppress(ValueError, AttributeError, TypeError):
            names = set(json.loads(index.read_text("utf-8"))["weight_map"].values())
            return (index, *(folder / Path(name).name for name in sorted(names)))
    return tuple(f for f in (folder / "pytorch_model.bin",) if f.is_file())


def ensure_trusted(path: Path, *, trusted_folders: Iterable[Path], trust: bool) -> None:
    """Raises UserError for weights that run code when they are opened, if nobody vouched for them.

    To be asked only of those (`WeightsFacts.runs_code`). They are trusted when they really lie
    (links followed) in one of `trusted_folders`, or when `trust` is set.
    """
    if trust or is_trusted(path, trusted_folders):
        return
    raise UserError(
        f"{path} is a pickle: opening it can run any code that its maker put inside, "
        "with your rights on this computer.",
        hint="If you know where it comes from, add --trust. An .onnx file or an OpenVINO folder "
        "holds no code and needs no trust.",
    )


def is_trusted(path: Path, trusted_folders: Iterable[Path]) -> bool:
    """Whether `path` really lies (links followed) in one of them."""
    real = path.resolve()
    return any(real.is_relative_to(folder.resolve()) for folder in trusted_folders)


def check_weights(path: Path) -> WeightsKind:
    """What `path` is, by name and by its first bytes; nothing in it is run.

    Raises UserError for a path with nothing there, and for a file that is empty, cut short or
    something else than its name says.
    """
    with readable(path):
        if path.is_dir():
            return _check_openvino(path)
        checks = {".pt": check_torch, ".onnx": _check_onnx}
        check = checks.get(path.suffix.lower())
        check_filled(path)
        if check is None:
            raise UserError(f"{path} is no kind of weights that can be used here.", hint=_EXPECTED)
        return check(path)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Raises UserError for what the system says when `path` can't be read."""
    try:
        yield
    except OSError as e:
        raise UserError(
            f"{path} can't be read: {e.strerror or e}.", hint="Check the path and its permissions."
        ) from e


def check_filled(path: Path) -> None:
    """Raises UserError for a path with nothing there, no file there, or an empty one."""
    if not path.exists():
        raise missing(path)
    if not path.is_file():
        raise UserError(f"{path} is no kind of weights that can be used here.", hint=EXPECTED)
    if path.stat().st_size == 0:
        raise UserError(f"{path} is empty.", hint=AGAIN)


def check_torch(path: Path) -> WeightsKind:
    """Raises UserError for a file that torch didn't save, or that is cut short."""
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(LEGACY_TORCH):
        return WeightsKind.TORCH
    if not head.startswith(b"PK\x03\x04"):
        raise foreign(path, head, "weights saved by torch")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as e:
        raise damaged(path) from e
    if any(name.endswith("/constants.pkl") for name in names):
        raise UserError(
            f"{path} is a TorchScript archive, not weights that can be used here.",
            hint="Use the .pt file that it was exported from.",
        )
    if not any(name.endswith("/data.pkl") for name in names):
        raise UserError(f"{path} is a zip archive, not weights saved by torch.", hint=EXPECTED)
    return WeightsKind.TORCH


def _check_onnx(path: Path) -> WeightsKind:
    data = path.read_bytes()
    if data[:1] != b"\x08":  # field 1, a number: the format version, which every writer puts first
        raise foreign(path, data[:64], "an ONNX model")
    if not is_whole_message(data):
        raise damaged(path)
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
        raise foreign(graphs[0], text[:64], "an OpenVINO graph")
    if not text.rstrip().endswith(b"</net>"):
        raise damaged(graphs[0])
    return WeightsKind.OPENVINO
