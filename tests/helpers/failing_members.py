"""Members of a recipe that fail over one photo, as real models do, until they are `mended`."""

import os
import signal
import time

from app.core.errors import UserError
from backends.identify import identify
from tests.helpers.scripted_models import Finder

SPOILT_GREY = 7
MENDED = "mended"
_SLEEP_S = 60


class _Failing(Finder):
    def _act(self, grey):
        if grey == SPOILT_GREY and not (self._settings.cache / MENDED).exists():
            self._fail()

    def _fail(self):
        raise NotImplementedError


class Killed(_Failing):
    """As by a system that has run out of memory."""

    def _fail(self):
        os.kill(os.getpid(), signal.SIGKILL)


class OutOfMemory(_Failing):
    def _fail(self):
        raise MemoryError


class Hangs(_Failing):
    def _fail(self):
        (self._settings.cache / "sleeping").touch()
        time.sleep(_SLEEP_S)


class Puzzled(Finder):
    """Can't do what it is asked, on whatever photo."""

    def detect(self, photos, query=None):
        if not (self._settings.cache / MENDED).exists():
            raise UserError("it knows no word of 'wrinkle'", hint="use others")
        return super().detect(photos, query)


class Careful(Finder):
    """Looks at its weights before it opens them, as every real one does."""

    def __init__(self, settings):
        identify(settings.weights, expected="ultralytics")
        super().__init__(settings)
