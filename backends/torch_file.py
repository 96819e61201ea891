"""What a file saved by torch says of itself: its pickle is read as opcodes, never run."""

import mmap
import pickletools
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, cast

from backends.file_kinds import damaged

LEGACY_TORCH = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
"""How torch files before version 1.6, and those of savers that ask for it, begin: a bare pickle."""

_PICKLE_LIMIT_BYTES = 256_000_000
_BEFORE_THE_OBJECT = 3  # pickles in a legacy file: magic number, protocol, system
_ELEMENT_BYTES = {
    "Double": 8, "Long": 8, "ComplexFloat": 8, "Float": 4, "Int": 4, "Half": 2, "BFloat16": 2,
    "Short": 2, "Char": 1, "Byte": 1, "Bool": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Global:
    """Something importable that the pickle names, as "module name"."""

    name: str


class _Sign(Enum):
    MARK = auto()
    DICT = auto()
    LIST = auto()
    OTHER = auto()


_Token = str | int | Global | _Sign
_SIGNS = {"MARK": _Sign.MARK, "EMPTY_DICT": _Sign.DICT, "EMPTY_LIST": _Sign.LIST}
_TEXTS = frozenset({"BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "UNICODE"})
_NUMBERS = frozenset({"BININT", "BININT1", "BININT2", "INT", "LONG", "LONG1"})
_PUTS = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
_GETS = frozenset({"GET", "BINGET", "LONG_BINGET"})


@dataclass(frozen=True, slots=True)
class TorchFile:
    """The texts and importable names of the pickle, in order."""

    tokens: tuple[_Token, ...]

    @property
    def globals(self) -> frozenset[str]:
        return frozenset(token.name for token in self.tokens if isinstance(token, Global))

    @property
    def weight_names(self) -> tuple[str, ...]:
        """What may be the name of a tensor: `a.b`, without the `module.` of parallel training."""
        texts = dict.fromkeys(t for t in self.tokens if isinstance(t, str) and _is_dotted(t))
        return tuple(text.removeprefix("module.") for text in texts)

    def text_after(self, key: str) -> str:
        """The text that is kept under `key`, "" when there is none."""
        for token, following in pairwise(self.tokens):
            if token == key and isinstance(following, str):
                return following
        return ""

    def names(self) -> tuple[str, ...]:
        """The class names that are kept under "names" as {0: "a", 1: "b"}, in their order."""
        for at, token in enumerate(self.tokens):
            if token == "names" and self.tokens[at + 1 : at + 3] == (_Sign.DICT, _Sign.MARK):
                return tuple(_numbered(self.tokens[at + 3 :]))
        return ()


def read_torch_file(path: Path) -> TorchFile:
    """`path` must begin as a torch file does. Raises UserError when it is damaged or cut short."""
    with path.open("rb") as file:
        is_legacy = file.read(len(LEGACY_TORCH)) == LEGACY_TORCH
    try:
        return _read_legacy(path) if is_legacy else _read_zip(path)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OverflowError) as e:
        raise damaged(path) from e


def _read_zip(path: Path) -> TorchFile:
    with zipfile.ZipFile(path) as archive:
        (entry,) = (i for i in archive.infolist() if i.filename.endswith("/data.pkl"))
        if entry.file_size > _PICKLE_LIMIT_BYTES:
            raise ValueError(f"a pickle of {entry.file_size} bytes")
        return TorchFile(tuple(_tokens(pickletools.genops(archive.read(entry)))))


def _read_legacy(path: Path) -> TorchFile:
    with (
        path.open("rb") as file,
        # Opcodes that claim gigabytes get what there is; a plain file would make room for them.
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held,
    ):
        for _ in range(_BEFORE_THE_OBJECT):
            _skip(held)
        tokens = tuple(_tokens(pickletools.genops(_opened(held))))
        _skip(held)  # the storages' keys
        needed = held.tell() + sum(_storage_bytes(tokens).values())
        if needed > len(held):
            raise ValueError(f"{len(held)} of {needed} bytes")
        return TorchFile(tokens)


def _skip(pickle: mmap.mmap) -> None:
    for _ in pickletools.genops(_opened(pickle)):
        pass


def _opened(held: mmap.mmap) -> IO[bytes]:
    return cast("IO[bytes]", held)  # it reads as one


def _storage_bytes(tokens: tuple[_Token, ...]) -> dict[str, int]:
    """Storage key → bytes in the file: a count of eight bytes, and the elements."""
    found = {}
    for at, token in enumerate(tokens):
        if token != "storage":
            continue
        match tokens[at + 1 : at + 5]:
            case [Global(name=kind), str(key), str(_), int(count)]:
                kind = kind.removeprefix("torch ").removesuffix("Storage")
                found[key] = struct.calcsize("<q") + count * _ELEMENT_BYTES.get(kind, 1)
    return found


def _tokens(opcodes: Iterable[tuple[pickletools.OpcodeInfo, Any, int | None]]) -> Iterator[_Token]:
    memo: dict[int, _Token] = {}
    last: _Token = _Sign.OTHER
    before_last: _Token = _Sign.OTHER
    for opcode, argument, _ in opcodes:
        if opcode.name in _PUTS:
            memo[argument] = last
        elif opcode.name == "MEMOIZE":
            memo[len(memo)] = last
        else:
            token = _token(opcode.name, argument, memo)
            if opcode.name == "STACK_GLOBAL":
                token = Global(f"{before_last} {last}")
            before_last, last = last, token
            yield token


def _token(opcode: str, argument: Any, memo: dict[int, _Token]) -> _Token:  # noqa: ANN401
    if opcode in _TEXTS or opcode in _NUMBERS:
        found: _Token = argument
        return found
    if opcode in _GETS:
        return memo.get(argument, _Sign.OTHER)
    if opcode in ("GLOBAL", "INST"):
        return Global(argument)
    return _SIGNS.get(opcode, _Sign.OTHER)


def _is_dotted(text: str) -> bool:
    return "." in text and "/" not in text and " " not in text


def _numbered(tokens: tuple[_Token, ...]) -> Iterator[str]:
    for at in range(0, len(tokens) - 1, 2):
        number, name = tokens[at], tokens[at + 1]
        if number != at // 2 or not isinstance(name, str):
            return
        yield name
