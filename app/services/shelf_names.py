"""What a model on the shelf may be called: the name of a folder on any file system."""

import re
import unicodedata
from collections.abc import Iterable

from app.core.errors import UserError

STARTER = "starter"
CONTRAST = "contrast"
SHIPPED = (STARTER, CONTRAST)

_MOST_BYTES = 100
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in "0123456789")}
)


def fit_name(name: str) -> str:
    """`name` in one spelling of its letters.

    Raises UserError for one that some file system can't hold, or that means something else here.
    """
    name = unicodedata.normalize("NFC", name)
    reason = _unfit(name)
    if reason:
        raise UserError(
            f"A model can't be called {name!r}: {reason}.",
            hint="Use letters, digits, - and _, such as: --name bed-yolo11",
        )
    return name


def suggest_name(stem: str, taken: Iterable[str]) -> str:
    """A fit name that is not `taken`, from a file's name without its ending."""
    seen = "".join(c if c.isprintable() else "-" for c in unicodedata.normalize("NFC", stem))
    plain = _UNFIT.sub("-", seen).strip(" .-~")
    plain = plain.encode()[: _MOST_BYTES - 4].decode("utf-8", "ignore").strip(" .-")
    base = plain if plain and not _unfit(plain) else f"model-{plain}".rstrip("-")
    used = {name.casefold() for name in taken} | set(SHIPPED)
    name, number = base, 2
    while name.casefold() in used:
        name, number = f"{base}-{number}", number + 1
    return name


def _unfit(name: str) -> str:
    """Why not; "" for a name that is fit."""
    if not name.strip():
        return "it is empty"
    if _UNFIT.search(name) or not name.isprintable():
        return 'it holds one of < > : " / \\ | ? * or something invisible'
    if name != name.strip() or name[0] in ".-~" or name[-1] == ".":
        return "it begins or ends with a dot, a dash or a space"
    if name.split(".")[0].casefold() in _DEVICES:
        return "on Windows that is a device"
    if len(name.encode()) > _MOST_BYTES:
        return f"it takes more than {_MOST_BYTES} bytes"
    if name.casefold() in SHIPPED:
        return "that model ships with Flawmark"
    return ""
