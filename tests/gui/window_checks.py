"""What holds in a window after each step, whatever was done: screen, document and file agree."""

from collections import Counter
from collections.abc import Sequence

from pytestqt.qtbot import QtBot

from app.core.annotation import Annotation
from app.core.blind import SHARE_SETTING
from app.core.edit import AnnotationEdit, Edit
from app.core.shape import shape_of
from app.shell.frame.main_window import MainWindow
from tests.gui.bench_driver import BenchDriver
from tests.gui.late_jobs import score_on
from tests.gui.shared_project import CLASSES, GREYS, PERSON, WIDTH_PX, Others
from tests.gui.window_steps import (
    REFUSED_BY_RULES,
    REFUSED_FOR_COLLEAGUES,
    REFUSED_FOR_MODELS,
    REFUSED_TO_BRUSHES,
)
from widgets.canvas.magnifier import Magnifier
from widgets.words import state_title


class WindowChecks:
    """`window` is on the project of `others`; what the person has hidden in it is known here, too.

    `told` and `noticed` are how many of its messages were looked at, `done` and `undone` the
    person's gestures up to `looked_up_to` that undo and redo go through.
    """

    qtbot: QtBot
    window: MainWindow
    driver: BenchDriver
    others: Others
    raised: list[BaseException]
    told: int
    noticed: int
    boxes_shown: bool
    people_shown: bool
    proposals_shown: bool
    hidden: set[int]
    least_score: float
    looked_up_to: int
    done: list[int]
    undone: list[int]

    def agree(self) -> None:
        self.settle()
        self.check_messages()
        self.check_document()
        self.check_canvas()
        self.check_panels()
        self.check_finds()
        self.check_queue()
        self.check_log()

    def notice_what_is_shown_again(self) -> None:
        """What is drawn or changed by hand comes in sight, and the window says what it shows."""
        said = self.driver.said()
        for words in said[self.noticed :]:
            if words.startswith("Shown again"):
                self.boxes_shown = True
                self.people_shown |= "Boxes by people" in words
                if "their class" in words:
                    eye = self.driver.bench.panels.classes.eye
                    self.hidden -= {c for c in self.hidden if eye(c).isChecked()}
        self.noticed = len(said)

    def settle(self) -> None:
        """Until all that was asked for is saved and noticed; bounded by waitUntil."""
        bench = self.driver.bench
        bench.canvas.flush_gesture()
        self.notice_what_is_shown_again()
        for _ in range(2):
            reached: list[object] = []
            bench._writer.run(lambda project: None, reached.append)
            self.qtbot.waitUntil(lambda: bool(reached))  # noqa: B023
            bench._watch.look()
        self.qtbot.waitUntil(lambda: bench.showing.is_settled)

    def check_messages(self, also: Sequence[str] = ()) -> None:
        assert not self.raised, self.raised
        said = self.driver.said()[self.told :]
        self.told += len(said)
        allowed = (*REFUSED_BY_RULES, *REFUSED_TO_BRUSHES, *also)
        if self.others.edits_by_colleague:
            allowed += REFUSED_FOR_COLLEAGUES + REFUSED_FOR_MODELS
        if self.others.edits_by_model:
            allowed += REFUSED_FOR_MODELS
        if any(part in words for words in said for part in REFUSED_FOR_MODELS):
            allowed += REFUSED_FOR_COLLEAGUES  # what was done next, on top of what was refused
        for words in said:
            assert any(part in words for part in allowed), words

    def check_document(self) -> None:
        document = self.driver.bench.document
        assert document.unsaved == 0
        if document.image is None:
            assert document.sheet is None
            return
        assert document.sheet == self.others.sheet(document.image.id)
        for image_id in GREYS:
            sheet = self.others.sheet(image_id)
            if sheet.label.state == "submitted" or sheet.label.is_normal:
                assert sheet.proposals == ()

    def in_sight(self) -> list[Annotation]:
        sight, sheet = self.driver.bench.sight, self.driver.bench.document.sheet
        return [
            a
            for a in (sheet.annotations if sheet else ())
            if a.class_id not in self.hidden
            and (self.people_shown or a.is_proposal)
            and (
                not a.is_proposal
                or (
                    self.proposals_shown
                    and not sight.is_blind
                    and (a.score is None or a.score >= self.least_score)
                )
            )
        ]

    def check_canvas(self) -> None:
        bench = self.driver.bench
        shown, picture = bench.canvas.visible_annotations(), bench.canvas.picture
        if picture is not None:
            assert bench.document.image is not None
            grey = GREYS[bench.document.image.id]
            assert (picture.levels[0].pixels == grey).all() and picture.size.width == WIDTH_PX
            is_shown = self.boxes_shown and not bench.canvas.is_covered
            assert (self.people_shown, self.proposals_shown) == bench.sight.origins
            assert self.hidden == bench.sight.hidden_classes
            assert shown == (self.in_sight() if is_shown else [])
        else:
            assert shown == []
        assert bench.viewing.is_there == (picture is not None)
        versions = bench.reviewing.versions
        assert bench.canvas.is_covered == versions.is_on == versions.overlay.isVisible()
        assert bench.canvas.boxes_wanted == self.boxes_shown
        assert set(bench.canvas.selection) <= {a.uid for a in self.in_sight()}
        assert set(bench.panels.boxes.selection()) == set(bench.canvas.selection)
        loupe = bench.canvas.findChild(Magnifier)
        assert loupe.isHidden() or loupe._picture is picture

    def check_finds(self) -> None:
        """A model's reasons are told of the image on screen alone."""
        bench = self.driver.bench
        finds = bench.panels.prelabel.asking._finds
        if finds:
            assert bench.document.image is not None
            assert [f.score for f in finds] == [score_on(bench.document.image.id)]
            assert not bench.sight.is_blind

    def check_drawn(self, edits: Sequence[Edit]) -> None:
        """What was drawn or changed by hand just now is in sight."""
        bench = self.driver.bench
        if not bench.viewing.is_there or bench.canvas.is_covered:
            return
        in_sight = {a.uid for a in bench.canvas.visible_annotations()}
        for edit in edits:
            if isinstance(edit, AnnotationEdit) and _is_drawn(edit):
                is_elsewhere = edit.image_id != self.driver.sheet.image_id
                assert is_elsewhere or edit.uid in in_sight, edit

    def check_panels(self) -> None:
        bench, window = self.driver.bench, self.window
        if bench.document.image is None:
            return
        sheet = self.driver.sheet
        known = [a for a in sheet.annotations if not (bench.sight.is_blind and a.is_proposal)]
        listed = bench.panels.boxes.table.model()
        rows = [listed.index(n, 0).data() for n in range(listed.rowCount())]
        assert rows == [f"kind {a.class_id}" for a in known]
        here = Counter(a.class_id for a in known)
        project = self.others.project
        out = {image.id for image in project.images.all(["excluded"])}
        by_people = bool(project.settings.get(SHARE_SETTING))
        title = "boxes by people" if by_people else "boxes in the project"
        everywhere = Counter(
            a.class_id
            for i, a in project.annotations.all()
            if i not in out and not (by_people and a.is_proposal)
        )
        for class_id in CLASSES:
            row = bench.panels.classes.row(class_id)
            assert row._on_image == here[class_id]
            assert f"{title}: {everywhere[class_id]}\n" in row.toolTip() + "\n"
        assert window.strip.state.text() == state_title(sheet.label.state)
        assert window.strip.normal.isChecked() == sheet.label.is_normal
        assert window.action_set.action("mark_normal").isChecked() == sheet.label.is_normal
        assert {t for t, b in window.strip.tags.items() if b.isChecked()} == set(sheet.label.tags)
        assert window.strip.blind.isVisible() == bench.sight.is_blind
        below = [a for a in known if a.is_proposal and a.score < self.least_score]
        assert window.strip.below_score.isVisible() == bool(below)
        assert bench.panels.boxes._model._dimmed == {a.uid for a in below}
        place, total = bench.browsing.order.place, len(bench.browsing.order.ids)
        parts = window.status.image.words.split("    ")
        name = f"layer_{sheet.image_id}.png"
        assert parts[:2] == [f"{place + 1 if place >= 0 else '–'} / {total}", name]
        assert parts[3] == state_title(sheet.label.state)
        assert name in window.windowTitle()
        assert "saving" not in window.status.saved.words

    def check_queue(self) -> None:
        bench = self.driver.bench
        ids = list(bench.browsing.order.ids)
        assert set(ids) <= set(GREYS)
        model = bench.panels.queue._model
        assert [model.id_at(n) for n in range(model.rowCount())] == ids
        assert [model.row_at(n) for n in range(len(ids))] == bench._view.rows(ids)
        assert bench.document.image is not None or ids == []
        if bench.document.image is not None and bench.document.image.id in ids:
            assert ids[bench.browsing.order.place] == bench.document.image.id

    def check_log(self) -> None:
        project = self.others.project
        standing = {a.uid: (image_id, a) for image_id, a in project.annotations.all()}
        assert project.log.replay() == standing
        for uid, (image_id, _) in standing.items():
            assert self.others.proposed.get(uid, image_id) == image_id
        for gesture in self.others.by_person_since(self.looked_up_to):
            if gesture.kind == "edit":
                self.done.append(gesture.id)
                self.undone.clear()
                continue
            source, target = (
                (self.done, self.undone) if gesture.kind == "undo" else (self.undone, self.done)
            )
            while source and project.log.get(source[-1]).standing == "fixed":
                source.pop()
            assert source.pop() == gesture.reverts
            target.append(gesture.reverts)
        self.looked_up_to = project.log.newest()
        for stack in (self.done, self.undone):
            stack[:] = [n for n in stack if project.log.get(n).standing != "fixed"]
        assert project.undo_line.to_undo("ann") == (self.done[-1] if self.done else None)
        assert project.undo_line.to_redo("ann") == (self.undone[-1] if self.undone else None)


def _is_drawn(edit: AnnotationEdit) -> bool:
    before, after = edit.before, edit.after
    if after is None or after.author != PERSON:
        return False
    return (
        before is None or before.class_id != after.class_id or shape_of(before) != shape_of(after)
    )
