"""Detectors without a model, each with one habit, for the worker process to load."""

import ctypes
import os
import signal
import sys
import time

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.geometry import Box
from backends.base import DeviceFailedError


class Echo:
    """One find a photo: the whole photo, scored by its first pixel's red."""

    notes = ("only an echo",)

    def __init__(self, settings):
        self.class_names = ("echo", settings.weights.name)
        self.device = "nowhere"

    def detect(self, photos, query=None):
        return [
            [Detection("echo", Box(0, 0, p.shape[1], p.shape[0]), int(p[0, 0, 0]) / 255)]
            for p in photos
        ]


class Chatty(Echo):
    def detect(self, photos, query=None):
        sys.stdout.write("chatter\n")
        os.write(1, b"raw chatter\n")
        os.write(2, b"raw complaint\n")
        sys.stderr.write("complaint\n")
        return super().detect(photos)


SLEEP_S = 20


class SleepyLoader(Echo):
    """Sleeps while loading; `woke` in the cache says that it was let sleep to the end."""

    def __init__(self, settings):
        time.sleep(SLEEP_S)
        (settings.cache / "woke").touch()
        super().__init__(settings)


class Sleepy(Echo):
    """Sleeps over photos whose first pixel is white, and then leaves `woke` in the cache."""

    def __init__(self, settings):
        super().__init__(settings)
        self.cache = settings.cache

    def detect(self, photos, query=None):
        if photos[0][0, 0, 0] == 255:
            time.sleep(SLEEP_S)
            (self.cache / "woke").touch()
        return super().detect(photos)


class Refuses(Echo):
    def __init__(self, settings):
        raise UserError("these weights are no good", hint="use others")


class BreaksLoading(Echo):
    def __init__(self, settings):
        raise ZeroDivisionError("a slip in our own code")


class OutOfMemory(Echo):
    def __init__(self, settings):
        raise MemoryError


class Moody(Echo):
    """What it does is told by the first pixel's red."""

    def detect(self, photos, query=None):
        match photos[0][0, 0, 0]:
            case 1:
                raise UserError("this photo is no good", hint="use another")
            case 2:
                raise ZeroDivisionError("a slip in our own code")
            case 3:
                os.kill(os.getpid(), signal.SIGKILL)
            case 4:
                ctypes.string_at(0)
            case 5:
                os._exit(7)
            case 6:
                raise DeviceFailedError("the card failed", hint="try again")
        return super().detect(photos)
