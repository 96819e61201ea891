"""Detectors and segmenters without a model, each with one habit, for a chain of them to load."""

import numpy as np

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.segmentation import Outline


class Patches:
    """Every brightness of red but 0 is one find of class "patch", scored by its red.

    What it was shown and asked is kept in `seen`. Its weights' name is its second class.
    """

    def __init__(self, settings):
        self.class_names = ("patch", settings.weights.name)
        self.device = "nowhere"
        self.notes = ("only an eye",)
        self.seen = []

    def detect(self, photos, query=None):
        self.seen += [(photo.shape[:2], query) for photo in photos]
        return [sorted(self._finds(photo), key=lambda find: -find.score) for photo in photos]

    def _finds(self, photo):
        for red in np.unique(photo[..., 0])[1:]:
            ys, xs = np.nonzero(photo[..., 0] == red)
            corners = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
            yield Detection("patch", Box(*map(float, corners)), float(red) / 255)


class Shifted(Patches):
    """As Patches, but two pixels further right, scored half, and with the box as outline."""

    def _finds(self, photo):
        for find in super()._finds(photo):
            box = find.box.moved(2, 0)
            corners = (box.left, box.top), (box.right, box.top), (box.right, box.bottom)
            yield Detection("patch", box, find.score / 2, (*corners, (box.left, box.bottom)))


class Reader(Patches):
    """Has no classes of its own: every patch is the first thing that it is asked for."""

    def __init__(self, settings):
        super().__init__(settings)
        self.class_names = ()
        self.device = "elsewhere"

    def detect(self, photos, query=None):
        name = next(iter(query.phrases))
        return [
            [Detection(name, find.box, find.score) for find in finds]
            for finds in super().detect(photos, query)
        ]


class Refuses:
    def __init__(self, settings):
        raise UserError("these weights are no good", hint="use others")


class Fails(Patches):
    def detect(self, photos, query=None):
        raise UserError("no memory left", hint="use smaller photos")


class Shrinker:
    """The box without `_BY_PX` on each side, as a diamond; what is too small for that has none."""

    _BY_PX = 1
    class_names, device, notes = (), "at hand", ("shrinks",)

    def __init__(self, settings):
        self.keys = []

    def segment(self, photos, key, prompts, most=None):
        (_,) = photos
        self.keys.append(key)
        return [[] if prompt.box.width <= 2 else [self._outline(prompt.box)] for prompt in prompts]

    def _outline(self, box):
        left, top, right, bottom = box.corners
        return _diamond(
            Box(left + self._BY_PX, top + self._BY_PX, right - self._BY_PX, bottom - self._BY_PX)
        )


class Wanderer(Shrinker):
    """The best outline lies elsewhere; the second is that of Shrinker, for boxes over 20 px."""

    def segment(self, photos, key, prompts, most=None):
        for prompt in prompts:
            beside = _diamond(prompt.box.moved(prompt.box.width, 0))
            found = [beside, self._outline(prompt.box)] if prompt.box.width > 20 else [beside]
            yield found[:most]


class Snapper(Shrinker):
    """Edges go outward to the next ten pixels."""

    def segment(self, photos, key, prompts, most=None):
        for prompt in prompts:
            box = prompt.box
            low = [side // 10 * 10 for side in (box.left, box.top)]
            yield [_diamond(Box(*low, *[-(-side // 10) * 10 for side in (box.right, box.bottom)]))]


def _diamond(box):
    x, y = box.centre
    return Outline(((x, box.top), (box.right, y), (x, box.bottom), (box.left, y)), 0.9)
