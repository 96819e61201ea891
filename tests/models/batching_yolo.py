"""A YOLO that takes several photos at once on a CPU, as it does on a GPU."""

from backends.ultralytics_yolo import UltralyticsDetector


class Batching(UltralyticsDetector):
    def __init__(self, settings):
        super().__init__(settings)
        self._at_once = 4
