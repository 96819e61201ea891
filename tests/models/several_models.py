"""Models one after the other in one worker process, as the members of a recipe are.

Starting a process and importing the libraries takes longer than all that most tests ask of a model.
"""

from backends.base import BACKENDS, BackendSpec, DetectorSettings
from backends.client import ModelWorker
from backends.loading import load_model


class Several:
    """What the worker holds: the model that was asked last."""

    class_names, device, notes = (), "", ()

    def __init__(self, settings):
        self._loaded, self._model = None, None

    def load(self, photos, spec, settings):
        """What a worker tells of a model that it holds alone."""
        if self._loaded != (spec, settings):
            self._model = None  # before there is another
            self._model = load_model(spec, settings)
            self._loaded = spec, settings
        return self._model.class_names, self._model.device, self._model.notes

    def detect(self, photos, spec, settings):
        self.load(photos, spec, settings)
        return self._model.detect(photos)


class InOneProcess:
    """Loads models in one process, by calling it with their settings."""

    def __init__(self, cache):
        weights = cache / "none"
        spec = BackendSpec("several models", "several_models:Several")
        self._worker = ModelWorker(DetectorSettings(weights, cache=cache), spec)

    def __call__(self, settings, spec=BACKENDS["ultralytics"]):
        self._worker.start()
        return _Asked(self._worker, spec, settings)

    def close(self):
        self._worker.close()


class _Asked:
    """As a ModelWorker that holds nothing else, of a process that `cancel` does not end."""

    def __init__(self, worker, *model):
        self._worker, self._model = worker, model
        self.class_names, self.device, self.notes = worker.ask("load", [], *model)

    def detect(self, photos):
        return self._worker.ask("detect", photos, *self._model)
