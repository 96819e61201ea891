"""What one person's window remembers between runs, in one file of their own."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import platformdirs

from app.core.activity import IDLE_AFTER_S
from app.core.errors import UserError
from app.shell.frame.language import LANGUAGES, LanguageChoice
from app.shell.frame.theme import THEMES, ThemeChoice

FILE_NAME = "window.json"
MOST_RECENT = 12


@dataclass(frozen=True, slots=True)
class RecentProject:
    """`path` is absolute; `opened_at` with its time zone."""

    path: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Preferences:
    """`keys` are those that a person changed, by action. `geometry` and `dock_state` are Qt's own,
    as base64. `sides_px`: how wide a person drew the docks on the "left" and "right". `recent` has
    the last opened first. `idle_after_s`: time without a move after which nobody is thought to be
    working. `person` is the name that goes into histories, "" until somebody chooses one.
    """

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    geometry: str = ""
    dock_state: str = ""
    sides_px: Mapping[str, int] = field(default_factory=dict)
    recent: tuple[RecentProject, ...] = ()
    theme: ThemeChoice = "system"
    language: LanguageChoice = "system"
    idle_after_s: float = IDLE_AFTER_S
    person: str = ""

    def with_opened(self, path: str, at: datetime) -> Self:
        """The project stands first, and once; the oldest beyond MOST_RECENT are forgotten."""
        rest = self.without_recent(path).recent
        return replace(self, recent=(RecentProject(path, at), *rest)[:MOST_RECENT])

    def without_recent(self, path: str) -> Self:
        return replace(self, recent=tuple(r for r in self.recent if r.path != path))


def config_folder() -> Path:
    """The folder of FLAWMARK_CONFIG, or the system's for settings."""
    named = os.environ.get("FLAWMARK_CONFIG")
    return Path(named or platformdirs.user_config_dir("flawmark"))


def load_preferences(folder: Path) -> tuple[Preferences, UserError | None]:
    """What was kept in the folder, or the defaults and what is to be said about it.

    A damaged file is put aside as `window.json.damaged`, so that nothing in it is lost.
    """
    file = folder / FILE_NAME
    try:
        return _parsed(json.loads(file.read_text("utf-8"))), None
    except FileNotFoundError:
        return Preferences(), None
    except OSError as e:
        what = f"The settings of the window can't be read: {file}: {e.strerror or e}"
        return Preferences(), UserError(what, hint="Make the file readable, then start again.")
    except ValueError as e:  # of JSON, of the encoding, and our own
        return Preferences(), _put_aside(file, str(e))


def save_preferences(preferences: Preferences, folder: Path) -> None:
    """Whole or not at all. Raises UserError when the folder can't be written."""
    file, beside = folder / FILE_NAME, folder / f"{FILE_NAME}.new"
    content = asdict(preferences)
    content["recent"] = [
        {"path": r.path, "opened_at": r.opened_at.isoformat()} for r in preferences.recent
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8") as written:
            json.dump(content, written, ensure_ascii=False, indent=1)
            written.flush()
            os.fsync(written.fileno())
        beside.replace(file)
    except OSError as e:
        raise UserError(
            f"The settings of the window can't be kept in {folder}: {e.strerror or e}",
            hint="Make the folder writable, or choose another (FLAWMARK_CONFIG).",
        ) from e


def _put_aside(file: Path, why: str) -> UserError:
    damaged = file.with_name(f"{FILE_NAME}.damaged")
    try:
        file.replace(damaged)
    except OSError as e:
        hint = f"Move the file away ({e.strerror or e}); the defaults are used until then."
        return UserError(f"The settings of the window are damaged: {file}: {why}", hint=hint)
    what = f"The settings of the window were damaged ({why}). The defaults are used."
    return UserError(what, hint=f"The damaged file is kept as {damaged}.")


def _parsed(content: object) -> Preferences:
    """Raises ValueError that names the field. Fields of a newer version are passed over."""
    if not isinstance(content, dict):
        raise ValueError("it holds no fields")
    known = {name: _PARSERS[name](content[name]) for name in _PARSERS if name in content}
    return Preferences(**known)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value


def _keys(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict) or not all(isinstance(keys, list) for keys in value.values()):
        raise ValueError("keys is no table of keys")
    return {name: tuple(_text(key, "keys") for key in keys) for name, keys in value.items()}


def _sides(value: object) -> dict[str, int]:
    if not isinstance(value, dict) or not all(
        isinstance(px, int) and not isinstance(px, bool) and 0 < px < 10_000
        for px in value.values()
    ):
        raise ValueError("sides_px is no table of widths")
    return value


def _recent(value: object) -> tuple[RecentProject, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError("recent is no list of projects")
    return tuple(
        RecentProject(
            _text(entry.get("path"), "recent"),
            datetime.fromisoformat(_text(entry.get("opened_at"), "recent")),
        )
        for entry in value
    )


def _theme(value: object) -> ThemeChoice:
    for theme in THEMES:
        if theme == value:
            return theme
    raise ValueError(f"theme is none of {', '.join(THEMES)}")


def _language(value: object) -> LanguageChoice:
    for language in LANGUAGES:
        if language == value:
            return language
    raise ValueError(f"language is none of {', '.join(LANGUAGES)}")


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        raise ValueError("idle_after_s is no number of seconds")
    return float(value)


_PARSERS: dict[str, Callable[[object], Any]] = {
    "keys": _keys,
    "geometry": lambda value: _text(value, "geometry"),
    "dock_state": lambda value: _text(value, "dock_state"),
    "sides_px": _sides,
    "recent": _recent,
    "theme": _theme,
    "language": _language,
    "idle_after_s": _seconds,
    "person": lambda value: _text(value, "person"),
}
