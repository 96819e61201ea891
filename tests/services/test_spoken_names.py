"""A project whose classes have names that no sentence can be about is told so, and what to do."""

from pathlib import Path

import pytest

from app.core.label_class import LabelClass
from app.formats.label_set import parse_label_set
from app.services.check_conversations import check_conversations
from app.services.conversation_writing import writers_for
from app.services.converse import write_conversations
from app.services.import_photos import import_photos
from app.services.learning import learn
from app.storage.project import Project
from tests.helpers.bed_records import box, label, rows, written

TAUGHT = """
classes:
  - name: good
    en: {name: dent}
  - name: "1"
    en: {name: scratch, aliases: [score line]}
    zh: {name: 划痕}
"""


@pytest.fixture
def named(project: Project, photos: Path) -> Project:
    project.add_classes([LabelClass("good"), LabelClass("1"), LabelClass("stain")], actor="lead")
    import_photos(project, photos)
    label(project, 1, box(1, 10, 5, 30, 95), box(2, 60, 70, 90, 99))
    label(project, 2, box(3, 120, 10, 130, 90))
    return project


def _warned(project: Project) -> list[str]:
    found = [f for f in check_conversations(project) if f.kind == "class_name"]
    assert all(f.severity == "warning" and "en: {name: …}" in f.hint for f in found)
    return [f.what.split(":")[0] for f in found]


def test_they_are_told_by_a_check_and_by_an_export_until_they_have_words(
    named: Project, tmp_path: Path
) -> None:
    assert _warned(named) == []  # nobody asked for conversations
    report = written(named, tmp_path / "out", per_image=50)
    (note,) = (note for note in report.notes if "names" in note and "label set" in note)
    assert "'good'" in note and "'1'" in note and "'stain'" not in note
    assert _warned(named) == ["class 'good'", "class '1'"]

    learn(named, parse_label_set(TAUGHT, source="ours"), actor="lead")
    assert {c.label("en") for c in named.classes.all()} == {"dent", "scratch", "stain"}
    report = written(named, tmp_path / "out", per_image=50)
    assert not any("label set" in note for note in report.notes)
    assert check_conversations(named) == []
    said = [message["content"] for row in rows(tmp_path / "out") for message in row["messages"]]
    assert any("scratch" in text for text in said)
    assert not any("good" in text.split() for text in said if "dent" in text)


def test_writing_conversations_tells_each_language_of_its_own(named: Project) -> None:
    images = [image for image in named.images.all() if image.id < 3]
    told = write_conversations(named, images, writers_for(named, ["zh"]))
    (note,) = (note for note in told.notes if "label set" in note)
    assert "'1'" in note and "'good'" not in note and "zh: {name: …}" in note
