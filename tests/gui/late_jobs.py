"""A model of the window that answers when a test lets it: by then the person may be elsewhere."""

import threading
from collections.abc import Sequence

from app.core.detection import Detection
from app.core.geometry import Box
from app.core.prelabelling import ModelFacts, PrelabelReport, PrelabelRequest
from app.core.stopping import Stop
from app.shell.bench.model_jobs import ModelJobs
from app.storage.project import Project
from tests.gui.shared_project import Others

Finds = Sequence[tuple[int, Box, float]]
_LOOK_EVERY_S = 0.002


def score_on(image_id: int) -> float:
    """What is told of an image is known by it again."""
    return image_id / 10


class LateJobs(ModelJobs):
    """Its own threads, news and signals; only what a model does is played."""

    finds: Finds = ()
    may_answer = threading.Event()
    answers: list[Others]
    """Who wrote what was found, for each request that came so far."""

    def _describe(self, asked: str, may_load: bool, stop: Stop) -> None:
        self._post_facts(ModelFacts(asked, ("kind 1", "kind 2")))

    def _prelabel(
        self, request: PrelabelRequest, image_ids: frozenset[int] | None, stop: Stop
    ) -> PrelabelReport:
        while not self.may_answer.wait(_LOOK_EVERY_S):
            stop.check()
        stop.check()
        ids = sorted(image_ids or ())
        with Project.open(self._folder) as project:
            model = Others(project)
            for image_id in ids:
                model.propose(image_id, list(self.finds))
        self.answers.append(model)
        self._post(lambda news: news.arrived.update(ids))
        for image_id in ids:
            found = Detection("kind 1", Box(4, 4, 20, 20), score_on(image_id))
            self._post_found(image_id, [found])
        return PrelabelReport(images=len(ids), proposals=model.edits_by_model)
