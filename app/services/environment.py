"""Who is at work, and where things of this machine lie; each may be set by a variable."""

import getpass
import os
from pathlib import Path

import platformdirs

from app.core.errors import UserError


def person(chosen: str = "") -> str:
    """The name that goes into the history: FLAWMARK_USER, the one `chosen`, or the login's."""
    try:
        return " ".join((named_person() or chosen or getpass.getuser()).split())
    except (KeyError, OSError) as e:  # a user without a name, as in many containers
        raise UserError(
            "Your login has no name to write into the history.",
            hint="Set FLAWMARK_USER to your name.",
        ) from e


def named_person() -> str:
    """The name that is set for this machine, before any that people choose; "" without one."""
    return os.environ.get("FLAWMARK_USER", "").strip()


def cache_folder() -> Path:
    """FLAWMARK_CACHE, or where the system keeps what may be deleted at any time."""
    return Path(os.environ.get("FLAWMARK_CACHE") or platformdirs.user_cache_dir("flawmark"))


def models_folder() -> Path:
    """FLAWMARK_MODELS, or where the system keeps what programs own: the model shelf."""
    named = os.environ.get("FLAWMARK_MODELS")
    return Path(named or Path(platformdirs.user_data_dir("flawmark")) / "models")


def trusted_folders() -> list[Path]:
    """FLAWMARK_TRUSTED: folders whose weights may be loaded although they can run code."""
    named = os.environ.get("FLAWMARK_TRUSTED", "")
    return [Path(folder) for folder in named.split(os.pathsep) if folder]
