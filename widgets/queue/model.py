"""The rows of the queue, read as they come into sight, and forgotten again."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItemModel

from app.core.queue import QueueRow
from widgets.words import state_title

Index = QModelIndex | QPersistentModelIndex
RowsOf = Callable[[Sequence[int]], Iterable[QueueRow]]

_CHUNK = 64
_ROWS_KEPT = 2_000

V = TypeVar("V")


class Bounded(Generic[V]):
    """Values by image id; of more than `most`, those that were asked for least lately go."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[int, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, image_id: int) -> bool:
        return image_id in self._values

    def get(self, image_id: int) -> V | None:
        if image_id in self._values:
            self._values.move_to_end(image_id)
        return self._values.get(image_id)

    def put(self, image_id: int, value: V) -> None:
        self._values[image_id] = value
        self._values.move_to_end(image_id)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def drop(self, image_id: int) -> None:
        self._values.pop(image_id, None)


class QueueModel(QStandardItemModel):
    """Holds the ids of all images, the rows of a few.

    A standard item model without items: it counts its rows in C++. With a row count in Python, Qt
    would ask for it once an image to lay out the list, a third of a second for 100,000.
    """

    def __init__(self, rows_of: RowsOf, parent: QObject | None = None) -> None:
        """`rows_of` may leave out ids; they are shown as empty rows. It must not raise."""
        super().__init__(parent)
        self._rows_of = rows_of
        self._ids = np.empty(0, np.int64)
        self._rows: Bounded[QueueRow | None] = Bounded(_ROWS_KEPT)
        self._shared_folder = ""

    def set_ids(self, ids: Sequence[int]) -> None:
        # As one reset, told once: of rows that go, Qt would ask each whether it could be selected.
        self.beginResetModel()
        self.blockSignals(True)
        self._ids = np.array(ids, np.int64)
        self.setColumnCount(1)
        self.setRowCount(len(self._ids))
        self.blockSignals(False)
        self.endResetModel()

    def set_shared_folder(self, folder: str) -> None:
        """What names leave out at their beginning."""
        self._shared_folder = folder

    def id_at(self, place: int) -> int:
        return int(self._ids[place])

    def ids_between(self, first: int, end: int) -> list[int]:
        """The ids of the places from `first` to before `end`, cut to those that there are."""
        ids: list[int] = self._ids[max(0, first) : max(0, end)].tolist()
        return ids

    def place_of(self, image_id: int) -> int:
        """-1 where the image is not in the queue."""
        places = np.flatnonzero(self._ids == image_id)
        return int(places[0]) if len(places) else -1

    def row_at(self, place: int) -> QueueRow | None:
        """Read now, with its neighbours, unless it is known; None for an image that is gone."""
        image_id = self.id_at(place)
        if image_id not in self._rows:
            start = place - place % _CHUNK
            self.fetch(start, start + _CHUNK)
        return self._rows.get(image_id)

    def fetch(self, first: int, end: int) -> None:
        """Reads what is not yet known of the rows from `first` to before `end`."""
        missing = [i for i in self.ids_between(first, end) if i not in self._rows]
        if not missing:
            return
        found = {row.id: row for row in self._rows_of(missing)}
        for image_id in missing:
            self._rows.put(image_id, found.get(image_id))

    def forget(self, ids: Iterable[int]) -> None:
        """They are read again when they come into sight."""
        for image_id in ids:
            self._rows.drop(image_id)

    def name(self, row: QueueRow) -> str:
        return row.path.removeprefix(self._shared_folder)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self.row_at(index.row())
        if row is None:
            return ""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.name(row)
        lines = [row.path, f"{row.width_px} × {row.height_px} px", state_title(row.state)]
        return "\n".join([*lines, *filter(None, [row.assigned_to])])

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
