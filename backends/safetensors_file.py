"""The names of the tensors in a .safetensors file, read from its header alone."""

import json
import struct
from pathlib import Path

from backends.file_kinds import damaged, foreign

_HEADER_LIMIT_BYTES = 100_000_000  # the format's own


def tensor_names(path: Path) -> tuple[str, ...]:
    """In the file's order. Raises UserError when it is cut short, damaged or no such file.

    The format: a little-endian uint64, that many bytes of JSON (name → dtype, shape, data_offsets
    counted from the end of the JSON), then the data.
    """
    with path.open("rb") as file:
        start = file.read(64)
        length = struct.unpack("<Q", start[:8])[0] if len(start) > 8 else 0
        if start[8:9] != b"{" or length > _HEADER_LIMIT_BYTES:
            raise foreign(path, start, "a safetensors file")
        file.seek(8)
        text = file.read(length)
    try:
        header = json.loads(text)
        header.pop("__metadata__", None)
        data = max((entry["data_offsets"][1] for entry in header.values()), default=0)
    except (ValueError, TypeError, LookupError, AttributeError) as e:
        raise damaged(path) from e
    if path.stat().st_size != 8 + length + data:
        raise damaged(path)
    return tuple(header)
