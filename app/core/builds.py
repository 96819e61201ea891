"""The build that a photo shows: its folder, or what the project's own pattern finds in its path."""

import re

PATTERN_SETTING = "build_pattern"
"""The name of the team's setting: a regular expression, or "" to go by folders."""


def folder_of(path: str) -> str:
    """Without a slash at its end; "." for a photo that lies beside the project file."""
    return path.rpartition("/")[0].rstrip("/") or "."


def found_build(path: str, pattern: re.Pattern[str] | None) -> str | None:
    """What the pattern finds: its first group, or all it matches where it has none.

    None where there is no pattern or it finds nothing: the photo goes by its folder.
    """
    found = pattern.search(path) if pattern else None
    if found is None:
        return None
    return (found[1] if found.re.groups else None) or found[0] or None


def build_of(path: str, pattern: re.Pattern[str] | None = None) -> str:
    return found_build(path, pattern) or folder_of(path)
