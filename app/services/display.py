"""Whether a window can be opened here. Knows no Qt: Qt itself may be what can't be loaded."""

import ctypes
import os
import sys
from collections.abc import Mapping

from app.core.errors import UserError

# Library -> Debian package, as Qt's own plugins ask for them. Without these Qt ends the process.
_ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
}
_BY_PLATFORM: Mapping[str, Mapping[str, str]] = {
    "xcb": {
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render.so.0": "libxcb-render0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-shm.so.0": "libxcb-shm0",
        "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xfixes.so.0": "libxcb-xfixes0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
    "wayland": {
        "libwayland-client.so.0": "libwayland-client0",
        "libwayland-cursor.so.0": "libwayland-cursor0",
    },
}


def check_display() -> None:
    """Raises UserError when Qt could not open a window, and would end the whole process."""
    if sys.platform != "linux":
        return
    platforms = _platforms(os.environ)
    if not platforms:
        raise UserError(
            "There is no display to open a window on.",
            hint="Log in to a desktop, or use `ssh -X` or `xvfb-run`. All commands without a"
            " window work as they are.",
        )
    missing = _missing(_ALWAYS) or _missing_of_all(platforms)
    if missing:
        raise UserError(
            f"The window needs system libraries that are not installed: {', '.join(missing)}.",
            hint=f"On Debian or Ubuntu: sudo apt install {' '.join(sorted(missing.values()))}",
        )
    if platforms == ["xcb"] and not _x_server_answers():
        raise UserError(
            f"The display {os.environ.get('DISPLAY', '')!r} doesn't answer.",
            hint="Set DISPLAY to a display that runs and that you may use, or unset it.",
        )


def _platforms(environ: Mapping[str, str]) -> list[str]:
    """Qt's platform plugins that may serve, the likeliest first; empty without a display."""
    if chosen := environ.get("QT_QPA_PLATFORM"):
        return [name.partition(":")[0] for name in chosen.split(";")]
    found = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return [platform for platform, variable in found.items() if environ.get(variable)]


def _missing_of_all(platforms: list[str]) -> dict[str, str]:
    """What the last platform lacks, when each lacks something: Qt takes the first that works."""
    missing: dict[str, str] = {}
    for platform in platforms:
        missing = _missing(_BY_PLATFORM.get(platform, {}))
        if not missing:
            break
    return missing


def _missing(packages: Mapping[str, str]) -> dict[str, str]:
    return {library: package for library, package in packages.items() if not _loads(library)}


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x_server_answers() -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
