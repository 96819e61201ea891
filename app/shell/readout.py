"""The status bar of the viewer: which photo, how large, how far, and what the pointer is on."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar

from app.core.annotation import Annotation
from app.core.image import Image
from widgets.words import state_title


class Readout(QObject):
    def __init__(self, bar: QStatusBar) -> None:
        super().__init__(bar)
        self.image, self.position, self.scale = QLabel(), QLabel(), QLabel()
        # A long name must not keep the window wide.
        self.image.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.image.setIndent(6)
        bar.addWidget(self.image, 1)
        for label, widest in ((self.position, "x 00000  y 00000"), (self.scale, "0000 %")):
            # A fixed width, or the others would jump about while the pointer moves.
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest) + 12)
            bar.addPermanentWidget(label)

    def show_image(
        self, image: Image, annotations: Sequence[Annotation], *, row: int, total: int
    ) -> None:
        proposals = sum(a.is_proposal for a in annotations)
        parts = [
            f"{row + 1} / {total}",
            image.path.rpartition("/")[2],
            f"{image.width_px} × {image.height_px}",
            state_title(image.label.state),
        ]
        if image.label.is_normal:
            parts.append(self.tr("normal"))
        counts = self.tr("boxes: {boxes}, of them proposals: {proposals}")
        parts.append(counts.format(boxes=len(annotations), proposals=proposals))
        self.image.setText("    ".join(parts))

    def show_position(self, at: tuple[int, int] | None) -> None:
        self.position.setText("" if at is None else f"x {at[0]}  y {at[1]}")

    def show_scale(self, scale: float) -> None:
        self.scale.setText(f"{scale:.0%}")
