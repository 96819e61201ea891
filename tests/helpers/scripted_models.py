"""Models without weights for whole requests: what they do is told by the grey of the photo."""

import os
import signal
import time

from app.core.detection import Detection, Reason
from app.core.geometry import Box

NAMES = ("scratch", "pit")
FINDS = (
    Detection("scratch", Box(10, 10, 50, 20), 0.9),
    Detection("pit", Box(60, 60, 80, 80), 0.6),
    Detection("scratch", Box(10, 70, 50, 80), 0.4),
)
PLAIN_GREY, SLOW_GREY, DEADLY_GREY, BROKEN_GREY = 90, 200, 13, 66
READER_SCORE = 0.5
MENDED = "mended"
"""A file in the cache that makes the slow photo as quick as any."""
_SLEEP_S = 60


class Finder:
    """The same three finds on every photo, as far as the settings let them through."""

    class_names = NAMES
    notes = ("only a script",)
    device = "nowhere"

    def __init__(self, settings):
        self._settings = settings
        with (settings.cache / "loaded").open("a") as log:
            log.write("loaded\n")

    def detect(self, photos, query=None):
        for photo in photos:
            self._act(int(photo[0, 0, 0]))
        return [[f for f in FINDS if f.score >= self._settings.confidence] for _ in photos]

    def _act(self, grey):
        if grey == SLOW_GREY and not (self._settings.cache / MENDED).exists():
            (self._settings.cache / "sleeping").touch()
            time.sleep(_SLEEP_S)
        elif grey == DEADLY_GREY:
            os.kill(os.getpid(), signal.SIGKILL)
        elif grey == BROKEN_GREY:
            raise ZeroDivisionError("a slip in our own code")


class Reader:
    """Asked in words, it finds one box a phrase, as long as the phrase is wide: 10 px a letter."""

    class_names = ()
    notes = ()
    device = "nowhere"

    def __init__(self, settings):
        with (settings.cache / "loaded").open("a") as log:
            log.write("loaded\n")

    def detect(self, photos, query=None):
        finds = [
            Detection(
                name,
                Box(0, 20 * place, 10 * len(phrase), 20 * place + 10),
                score,
                reasons=_reasons(phrase, score),
            )
            for name, phrases in query.phrases.items()
            for place, phrase in enumerate(phrases)
            if (score := READER_SCORE) >= query.class_thresholds.get(name, query.box_threshold)
        ]
        return [finds for _ in photos]


def _reasons(phrase, score):
    """The last of several words is a weaker reason."""
    first, *others = phrase.split()
    return (Reason(first, score), *(Reason(word, score - 0.1) for word in others))


class SlowLoader(Finder):
    def __init__(self, settings):
        (settings.cache / "sleeping").touch()
        time.sleep(_SLEEP_S)
        super().__init__(settings)
