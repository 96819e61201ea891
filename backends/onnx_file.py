"""What an ONNX file says of itself: the texts that its exporter put beside the graph."""

from collections.abc import Iterator
from pathlib import Path

_METADATA_FIELD = 14  # of ModelProto: repeated StringStringEntryProto (1: key, 2: value)


def read_onnx_properties(path: Path) -> dict[str, str]:
    """By key. The file must be a whole ONNX model (`weights.check_weights`)."""
    found = {}
    for number, entry in _fields(memoryview(path.read_bytes())):
        if number == _METADATA_FIELD:
            pair = dict(_fields(entry))
            found[_text(pair.get(1))] = _text(pair.get(2))
    return found


def is_whole_message(data: bytes) -> bool:
    """Whether `data` ends where its outermost protobuf fields say it does."""
    try:
        for _ in _fields(memoryview(data)):
            pass
    except ValueError:
        return False
    return True


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and content (empty for numbers) of each. Raises ValueError where it is cut off."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                _, at = _varint(data, at)
                yield tag >> 3, data[:0]
            case 2:
                length, at = _varint(data, at)
                if at + length > len(data):
                    raise ValueError(f"field {tag >> 3} is cut off")
                yield tag >> 3, data[at : at + length]
                at += length
            case kind:
                raise ValueError(f"a field of kind {kind}")


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """The number that starts at `at`, and where it ends. Raises ValueError where it is cut off."""
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError("a number is cut off")


def _text(data: memoryview | None) -> str:
    return "" if data is None else str(data, "utf-8", "replace")
