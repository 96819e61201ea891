"""What a file is that isn't what it should be, in words, told by its first bytes."""

from pathlib import Path

from app.core.errors import UserError

AGAIN = "Copy, download or export it again, and check that it arrived whole."
EXPECTED = (
    "Give a YOLO model (ultralytics .pt or .onnx, or its OpenVINO folder), GroundingDINO (.pth, or "
    "a Hugging Face folder) or Segment Anything (.pth or .pt as its makers publish it)."
)

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


def damaged(path: Path) -> UserError:
    return UserError(f"{path} is cut short or damaged.", hint=AGAIN)


def foreign(path: Path, head: bytes, expected: str, hint: str = EXPECTED) -> UserError:
    """For a file that begins with `head`: what it is instead of what was `expected`."""
    found = next((words for magic, words in _SIGNATURES if head.startswith(magic)), None)
    if found is None:
        found = "text" if _is_text(head) else "something else, or damaged"
    return UserError(f"{path} is not {expected}: it is {found}.", hint=hint)


def _is_text(head: bytes) -> bool:
    return all(byte >= 0x20 or byte in b"\t\r\n\f" for byte in head)


def missing(path: Path) -> UserError:
    return UserError(f"There are no weights at {path}.", hint="Check the path. " + EXPECTED)
