"""The queue of images: which are in it, in what order, and which one is next."""

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.core.errors import UserError
from app.core.image import OPEN, State
from app.core.queue import QueueFilter
from app.services.own_view import OwnView
from app.shell.bench.queue_order import QueueOrder
from app.shell.jobs import Jobs
from app.shell.photos.thumbnails import Thumbnails
from app.shell.turn_timer import TurnTimer
from app.storage.project import Project
from widgets.queue.filter_bar import FilterBar
from widgets.queue.image_queue import ImageQueue
from widgets.words import in_screen_language

_COUNTED_AFTER_MS = 200
"""In a large project counting takes milliseconds, and a model changes many images a second."""

_AHEAD = 300
"""Of so many images it is asked at once whether there is work on them: in no time."""

_WEIGHED = frozenset({"review_next"})
"""Orders that weigh all that is known of each image: in a large project that takes seconds."""

_WEIGHED_AFTER_MS = 50
"""When the images are on screen: two threads that read row by row hold each other up."""


class Browsing(QObject):
    """`kept_filter` is the JSON of the filter with which the person worked last; `states` tells how
    they left images, `first` puts before the others what is to come before them in any order.

    What passes a filter is always found at once. An order that takes long follows, from a thread.
    """

    chosen = Signal(int)  # the id of an image that the person picked in the list
    filter_changed = Signal(object)  # QueueFilter: the person's own order from now on
    searched = Signal(int, int)  # how many images pass the filter, how many there are
    failed = Signal(object)  # UserError; then the images stay in the order in which they stand

    def __init__(
        self,
        project: Project,
        view: OwnView,
        queue: ImageQueue,
        bar: FilterBar,
        kept_filter: object,
        *,
        person: str,
        states: Callable[[Iterable[int]], Mapping[int, State]],
        first: Callable[[Sequence[int]], Sequence[int]] = lambda ids: ids,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._view, self._person = project, view, person
        self._queue, self._bar = queue, bar
        self._filter = QueueFilter.from_json(kept_filter)
        self._visited: list[int] = []
        self._states = states
        self._first = first
        self._jobs = Jobs(self, threads=1)
        self._search_number = 0  # the number of the last one
        self._weighing: Future[Sequence[int]] | None = None
        self._weighed: QueueFilter | None = None  # by which the list is in order
        self._then: Callable[[], object] | None = None  # while an order is being weighed
        self._shown = TurnTimer(self, singleShot=True, interval=_WEIGHED_AFTER_MS)
        self._shown.due.connect(self._begin_weighing)
        self.order = QueueOrder(self._with_work)
        self._thumbnails = Thumbnails(project.folder / "cache", view.locate, self)
        self._thumbnails.arrived.connect(queue.set_thumbnail)
        self._counting = TurnTimer(self, singleShot=True, interval=_COUNTED_AFTER_MS)
        self._counting.due.connect(self._count)
        queue.thumbnails_wanted.connect(self._thumbnails.want)
        queue.picked.connect(self.chosen)
        bar.changed.connect(self._take_filter)
        bar.set_filter(self._filter)

    @property
    def filter(self) -> QueueFilter:
        return self._filter

    def show(self, wanted: QueueFilter, then: Callable[[], object]) -> None:
        """As if the person had chosen that filter; `then` once the list is in its order, unless
        something else is searched for meanwhile.
        """
        self._bar.set_filter(wanted)
        self._take_filter(wanted)
        if self._then is None:
            then()
        else:
            self._then = then

    def start(self) -> None:
        """Once those that listen are connected."""
        self.refresh_choices()
        self.search(None)

    def search(self, current: int | None) -> None:
        """Asks the project again which images the filter lets through."""
        self._search_number += 1
        self._shown.stop()
        if self._weighing is not None:
            self._weighing.cancel()
        wanted = self._filter
        if wanted.sort not in _WEIGHED:
            self._weighed = None
            self._show(self._view.ids(wanted), current)
            return
        found = self._view.ids(replace(wanted, sort="added", descending=False))
        self._show(self._as_they_stand(found) if wanted == self._weighed else found, current)
        self._then = self._then or _nothing
        self._shown.start()

    def _begin_weighing(self) -> None:
        work = partial(self._weigh, self._filter)
        self._weighing = self._jobs.run(work, partial(self._take_order, self._search_number))

    def _as_they_stand(self, ids: Sequence[int]) -> Sequence[int]:
        """Those that are in the list already in its order, the others after them."""
        listed, found = np.array(self.order.ids, np.int64), np.array(ids, np.int64)
        known, new = listed[np.isin(listed, found)], found[~np.isin(found, listed)]
        return array("q", np.concatenate((known, new)).tobytes())

    def _weigh(self, wanted: QueueFilter) -> Sequence[int]:
        """Runs in the thread."""
        with Project.open(self._project.folder) as project:
            return OwnView(project, self._person).ids(wanted)

    def _take_order(self, search: int, ids: Sequence[int] | UserError) -> None:
        if search != self._search_number or self._then is None:
            return
        then, self._then = self._then, None
        if isinstance(ids, UserError):
            self.failed.emit(ids)
            return
        self._weighed = self._filter
        self._show(ids, self._visited[-1] if self._visited else None)
        then()

    def _show(self, ids: Sequence[int], current: int | None) -> None:
        self.order.set_ids(self._first(ids), current)
        self._queue.set_shared_folder(self._project.queue.shared_folder())
        self._queue.set_ids(self.order.ids)
        counts = self._view.counts()
        self._bar.set_counts(counts)
        self._bar.set_found(len(self.order.ids), sum(counts.values()))
        self.searched.emit(len(self.order.ids), sum(counts.values()))
        if current is not None:
            self._queue.set_current(current)

    def move_to(self, image_id: int) -> None:
        """The list shows that image as the current one."""
        self.order.move_to(image_id)
        self._queue.set_current(image_id)
        if not self._visited or self._visited[-1] != image_id:
            self._visited = [*self._visited[-99:], image_id]

    def go_back(self) -> int | None:
        """The image seen before this one; that is then the last one seen."""
        if len(self._visited) < 2:
            return None
        self._visited.pop()
        return self._visited[-1]

    def refresh(self, image_ids: Sequence[int]) -> None:
        """What is said of these images; their places stay."""
        self._queue.refresh(image_ids)
        if not self._counting.isActive():
            self._counting.start()

    def refresh_choices(self) -> None:
        """Classes, tags and people that can be asked for."""
        classes, tags = self._project.classes.all(), self._project.tags()
        self._queue.set_tag_titles({name: in_screen_language(name, zh) for name, zh in tags})
        self._bar.set_choices(
            *(classes, tags, self._project.queue.people(), self._project.runs.names())
        )
        self._follow_classes({c.id for c in classes})

    def _follow_classes(self, standing: Collection[int]) -> None:
        """Who asks for a class that has gone asks for the one that it was merged into."""
        now = self._project.classes.follower().now
        class_ids = frozenset(now(i) for i in self._filter.class_ids if now(i) in standing)
        if class_ids != self._filter.class_ids:
            wanted = replace(self._filter, class_ids=class_ids)
            self._bar.set_filter(wanted)
            self._take_filter(wanted)

    def ahead(self) -> list[int]:
        """Images that may come next, the likeliest first."""
        likely = (self.order.next_open(within=_AHEAD), self.order.at(1), self.order.at(-1))
        return [*dict.fromkeys(i for i in likely if i is not None)]

    def close(self) -> None:
        self._counting.stop()
        self._shown.stop()
        self._jobs.close()
        self._thumbnails.close()

    def _count(self) -> None:
        self._bar.set_counts(self._view.counts())

    def _with_work(self, ids: Sequence[int]) -> Sequence[int]:
        states = self._states(ids)
        return [i for i in ids if states.get(i) in OPEN]

    def _take_filter(self, wanted: QueueFilter) -> None:
        self._filter, self._then = wanted, None
        # Not from the order: the filter before this one may have left the current image out.
        self.search(self._visited[-1] if self._visited else None)
        self.filter_changed.emit(wanted)


def _nothing() -> None:
    """Nobody waits for the order."""
