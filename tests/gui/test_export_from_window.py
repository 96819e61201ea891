"""Export from the window: what is asked for is what is written, and what came of it is told."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.conversations.targets.frames import FINE_OVERLAP
from app.core.edit import ImageEdit
from app.core.geometry import Box
from app.core.image import Split
from app.imaging.near_duplicates import look
from app.services.placing import place_photo
from app.shell.frame.exporting import export_options
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.shared_project import Others
from widgets.frame.export_dialog import ExportChoices, ExportDialog, ExportWish, RecordWish
from widgets.frame.work_part import WorkPart

CHOICES = ExportChoices(
    formats=[("yolo", "YOLO"), ("jsonl", "Records")],
    states=[("all", ("in_progress", "approved")), ("approved", ("approved",))],
    targets=["ms-swift/qwen2.5-vl", "llama-factory/qwen3-vl"],
)


@pytest.fixture
def dialog(qtbot: QtBot) -> ExportDialog:
    dialog = ExportDialog(CHOICES)
    qtbot.addWidget(dialog)
    dialog.set_folder("/out/yolo")
    dialog.show()
    return dialog


def test_as_it_comes_it_asks_for_the_usual(dialog: ExportDialog) -> None:
    assert dialog.wish == ExportWish("yolo", "/out/yolo", ("in_progress", "approved"))
    assert dialog.export.isEnabled() and not dialog.records.isVisible()


def test_all_that_is_set_is_asked_for(dialog: ExportDialog, qtbot: QtBot) -> None:
    dialog.to.setCurrentIndex(1)
    dialog.states.setCurrentIndex(1)
    dialog.divide.setChecked(True)
    dialog.test.setValue(20)
    form = dialog.records
    assert form.isVisible() and not dialog.copy.isVisible()
    form.target.setCurrentIndex(1)
    form.languages["zh"].setChecked(True)
    form.per_image.setValue(5)
    for kind, box in form.kinds.items():
        box.setChecked(kind == "presence")
    form.noise.setValue(0)
    form.normal_share.setValue(30)
    form.bake.setChecked(True)
    assert form.wish.exact
    form.exact.setChecked(False)
    with qtbot.waitSignal(dialog.export_wanted) as asked:
        dialog.export.click()
    wish: ExportWish = asked.args[0]
    assert wish.shares == pytest.approx((0.7, 0.1, 0.2))
    assert (wish.to, wish.states) == ("jsonl", ("approved",))
    assert wish.records == RecordWish(
        *("llama-factory/qwen3-vl", ("en", "zh"), 5, ("presence",), 0.0, 0.3),
        bake=True,
        exact=False,
    )


def test_what_is_missing_is_said_and_nothing_can_be_asked(dialog: ExportDialog) -> None:
    def told() -> str:
        assert dialog.export.isEnabled() == (not dialog.missing.text())
        return dialog.missing.text()

    dialog.set_folder(" ")
    assert "folder" in told()
    dialog.set_folder("/out")
    dialog.divide.setChecked(True)
    dialog.val.setValue(90)
    assert told() == "Nothing is left to train on."
    dialog.divide.setChecked(False)
    dialog.to.setCurrentIndex(1)
    dialog.records.languages["en"].setChecked(False)
    assert "language" in told()
    dialog.records.languages["en"].setChecked(True)
    for box in dialog.records.kinds.values():
        box.setChecked(False)
    assert told() == "Choose what they are to ask."


def ask(bench: BenchDriver) -> ExportDialog:
    bench.window.action_set.action("export").trigger()
    (dialog,) = (d for d in bench.window.findChildren(ExportDialog) if d.isVisible())
    return dialog


def told(bench: BenchDriver) -> str:
    return "".join(bench.said()[-1:])


def test_a_folder_that_nobody_chose_is_that_of_the_format(
    bench: BenchDriver, project: Project, tmp_path: Path
) -> None:
    dialog = ask(bench)
    assert Path(dialog.folder.text()) == project.folder / "exports" / "yolo"
    dialog.to.setCurrentIndex(dialog.to.findData("coco"))
    assert Path(dialog.folder.text()) == project.folder / "exports" / "coco"
    dialog.set_folder(str(tmp_path / "mine"))
    dialog.to.setCurrentIndex(dialog.to.findData("yolo"))
    assert Path(dialog.folder.text()) == tmp_path / "mine"
    dialog.reject()


def test_yolo_is_written_with_what_was_just_drawn(bench: BenchDriver, project: Project) -> None:
    bench.drag((100, 100), (120, 130))
    ask(bench).export.click()
    bench.qtbot.waitUntil(lambda: bool(told(bench)))
    assert "Exported to" in told(bench)
    assert "1 image, 3 boxes" in told(bench)
    out = project.folder / "exports" / "yolo"
    (labels,) = out.rglob("layer_1.txt")
    assert len(labels.read_text("utf-8").splitlines()) == 3
    assert "proposals that no person has checked" in bench.window.messages.history[-1].hint


def test_records_are_written_as_they_were_asked_for(bench: BenchDriver, project: Project) -> None:
    bench.drag((100, 100), (120, 130))
    dialog = ask(bench)
    dialog.to.setCurrentIndex(dialog.to.findData("jsonl"))
    dialog.records.per_image.setValue(1)
    dialog.records.noise.setValue(0)
    dialog.export.click()
    bench.qtbot.waitUntil(lambda: bool(told(bench)))
    assert "Exported to" in told(bench)
    assert "records: 1" in told(bench)
    (rows,) = (project.folder / "exports" / "jsonl").glob("*.jsonl")
    assert len([json.loads(line) for line in rows.read_text("utf-8").splitlines()]) == 1


def test_why_there_is_no_export_is_told(bench: BenchDriver, project: Project) -> None:
    dialog = ask(bench)
    dialog.states.setCurrentIndex(dialog.states.count() - 1)
    dialog.export.click()
    bench.qtbot.waitUntil(lambda: any(m.level == "error" for m in bench.window.messages.history))
    assert not (project.folder / "exports" / "yolo").exists()


class Held:
    """Photos are not placed before they may be."""

    def __init__(self) -> None:
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def place(self, *args: object, **more: object) -> None:
        self.begun.set()
        self.may_go_on.wait()
        place_photo(*args, **more)  # type: ignore[arg-type]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr("app.services.training_mix.place_photo", held.place)
    yield held
    held.may_go_on.set()


def at_work(bench: BenchDriver) -> list[WorkPart]:
    """The parts of jobs at the foot, those of models apart."""
    status = bench.window.status
    parts = [p for p in status.findChildren(WorkPart) if p.isVisible()]
    return [p for p in parts if p.stop is not status.cancel]


def stop(bench: BenchDriver, part: WorkPart) -> None:
    bench.qtbot.mouseClick(part.stop, Qt.MouseButton.LeftButton)


def test_an_export_is_stopped_and_leaves_nothing(
    bench: BenchDriver, project: Project, held: Held
) -> None:
    bench.drag((100, 100), (120, 130))
    ask(bench).export.click()
    bench.qtbot.waitUntil(held.begun.is_set)
    (part,) = at_work(bench)
    assert part.said.words == "exporting …"
    stop(bench, part)
    assert (part.said.words, part.stop.isEnabled()) == ("stopping …", False)
    held.may_go_on.set()
    bench.qtbot.waitUntil(lambda: bool(told(bench)))
    out = project.folder / "exports" / "yolo"
    assert told(bench) == f"The export was stopped: {out} is as it was before."
    assert bench.window.messages.history[-1].level == "info"
    assert not at_work(bench) and not list(out.parent.iterdir())
    assert not project.splits.locked()


def test_an_earlier_export_stands_when_the_next_one_is_stopped(
    bench: BenchDriver, project: Project, held: Held
) -> None:
    held.may_go_on.set()
    bench.drag((100, 100), (120, 130))
    ask(bench).export.click()
    bench.qtbot.waitUntil(lambda: bool(told(bench)))
    out = project.folder / "exports" / "yolo"
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    for event in (held.begun, held.may_go_on):
        event.clear()
    ask(bench).export.click()
    bench.qtbot.waitUntil(held.begun.is_set)
    stop(bench, *at_work(bench))
    held.may_go_on.set()
    bench.qtbot.waitUntil(lambda: "stopped" in told(bench))
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert list(out.parent.iterdir()) == [out]


def test_an_export_is_stopped_while_it_looks_for_photos_in_two_parts(
    bench: BenchDriver, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, may_go_on = threading.Event(), threading.Event()

    def look_slowly(photo: Path) -> int:
        looks.set()
        may_go_on.wait()
        return look(photo)

    monkeypatch.setattr("app.services.leaks.look", look_slowly)
    for image_id in (1, 2):
        Others(project).draw(image_id, Box(10, 10, 40, 40))
    images = project.images.of_ids((1, 2))
    splits: list[Split] = ["train", "val"]
    with project.transaction():
        project.splits.write(
            [
                ImageEdit(image.id, image.label, replace(image.label, split=split))
                for image, split in zip(images, splits, strict=True)
            ],
            actor="ann",
        )
    ask(bench).export.click()
    bench.qtbot.waitUntil(looks.is_set)
    stop(bench, *at_work(bench))
    may_go_on.set()
    bench.qtbot.waitUntil(lambda: "stopped" in told(bench))
    assert not list((project.folder / "exports").iterdir())
    assert not project.splits.locked()


def test_that_images_stay_divided_is_told(bench: BenchDriver, project: Project, held: Held) -> None:
    with project.transaction():
        project.people.put(replace(project.people.meet("ann"), role="lead"))
    bench.drag((100, 100), (120, 130))
    dialog = ask(bench)
    dialog.divide.setChecked(True)
    dialog.export.click()
    bench.qtbot.waitUntil(held.begun.is_set)
    stop(bench, *at_work(bench))
    held.may_go_on.set()
    bench.qtbot.waitUntil(lambda: "stopped" in told(bench))
    assert "divided into train, val and test" in bench.window.messages.history[-1].hint
    assert project.images.get(1).label.split == "train"


def test_an_export_that_waits_for_another_one_is_stopped_alone(
    bench: BenchDriver, project: Project, held: Held
) -> None:
    bench.drag((100, 100), (120, 130))
    ask(bench).export.click()
    bench.qtbot.waitUntil(held.begun.is_set)
    dialog = ask(bench)
    dialog.to.setCurrentIndex(dialog.to.findData("coco"))
    dialog.export.click()
    bench.qtbot.waitUntil(lambda: len(at_work(bench)) == 2)
    stop(bench, at_work(bench)[1])
    held.may_go_on.set()
    bench.qtbot.waitUntil(lambda: len(bench.said()) == 2)
    assert "Exported to" in bench.said()[0] and "stopped" in bench.said()[1]
    assert [path.name for path in (project.folder / "exports").iterdir()] == ["yolo"]


def test_a_model_at_work_is_stopped_by_its_own_stop(bench: BenchDriver, held: Held) -> None:
    bench.drag((100, 100), (120, 130))
    ask(bench).export.click()
    bench.qtbot.waitUntil(held.begun.is_set)
    status = bench.window.status
    assert not status.cancel.isVisible()
    bench.bench.models.progress.emit("starter", None)
    assert status.cancel.isVisible() and status.model.words == "starter: starting …"
    bench.qtbot.mouseClick(status.cancel, Qt.MouseButton.LeftButton)
    bench.bench.models.idle.emit("model stopped")
    (part,) = at_work(bench)
    assert part.stop.isEnabled() and not status.cancel.isVisible()
    held.may_go_on.set()
    bench.qtbot.waitUntil(lambda: "Exported to" in told(bench))
    assert status.model.words == "model stopped"  # the export's end says nothing over it


@pytest.mark.parametrize(("exact", "least_iou"), [(True, FINE_OVERLAP), (False, 0)])
def test_coarse_numbers_go_unless_they_are_to_stay(exact: bool, least_iou: float) -> None:
    wish = RecordWish("ms-swift/qwen3-vl", exact=exact)
    options = export_options(ExportWish("jsonl", "/out", ("approved",), records=wish))
    assert options.records.least_iou == least_iou
