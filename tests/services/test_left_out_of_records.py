"""What an export of records, its preview and `flawmark check` make of turns that can't be right."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import UserError
from app.core.image import Split
from app.services.check import check
from app.services.check_conversations import check_conversations
from app.services.conversation_writing import writers_for
from app.services.converse import conversation_of, edit_exchange
from app.services.questions import questions_yaml
from app.services.record_options import RecordExport
from app.services.record_preview import preview
from app.storage.project import Project
from tests.helpers.bed_records import SPREADING, box, label, label_bed, rows, written
from tests.helpers.reviewing import bring, bring_to


@pytest.fixture
def bed(project: Project, photos: Path) -> Project:
    return label_bed(project, photos)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def lying(yaml: str) -> str:
    """A set of the team's own that calls every image with defects clean."""
    ours = yaml.replace("name: powder-bed", "name: ours")
    head, rest = ours.split("  presence:", 1)
    answers, end = rest.split("      normal:", 1)
    questions = answers.split("    answers:")[0]
    lie = '    answers:\n      defects: ["No, nothing is wrong here."]\n'
    return f"{head}  presence:{questions}{lie}      normal:{end}"


@pytest.mark.parametrize("worth_trying", [0, 3, 300])
def test_a_teams_own_set_is_not_trusted_and_one_that_ships_is(
    bed: Project, out: Path, worth_trying: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.doubted_turns._WORTH_TRYING", worth_trying)
    ours = lying(questions_yaml("powder-bed", "en"))
    bed.question_sets.put("ours", "en", ours, person="li")  # as an older version let it in
    report = written(bed, out, questions="ours", per_image=50)
    assert "No, nothing is wrong here." not in (out / "train.jsonl").read_text("utf-8")
    (note,) = (note for note in report.notes if "the team's question set" in note)
    assert note.startswith("3 turns") and "layer_0.png (en)" in note
    hints = {finding.hint for finding in check_conversations(bed)}
    assert hints == {"Edit that turn, or write it again. Exports leave it out."}
    report = written(bed, out, questions="powder-bed", per_image=50)
    assert not any("question set" in note for note in report.notes)


def test_what_never_occurs_at_an_images_stage_is_not_said_of_it(bed: Project, out: Path) -> None:
    before = bed.images.get(3).label
    bring_to(bed, 4, "in_progress")
    label(bed, 4, box(SPREADING, 10, 10, 90, 60))
    bring(bed, 4, replace(bed.images.get(4).label, tags=("printing",)))
    bring(bed, 3, replace(before, tags=("printing",)))
    report = written(bed, out, per_image=50)
    there = {row["images"][0] for row in rows(out)}
    assert len(there) == 5 and str(bed.locate(bed.images.get(4).path)) not in there
    (note,) = (note for note in report.notes if "their stage" in note)
    assert "(incomplete_spreading at printing)" in note
    assert not any("have no record" in note for note in report.notes)
    (finding,) = (f for f in check(bed) if f.kind == "never_at_stage")
    assert finding.image == bed.images.get(4).path
    assert "'printing'" in finding.what and "incomplete_spreading" in finding.what
    writers = writers_for(bed, ["en"])
    seen = conversation_of(bed, bed.images.get(4), "en", writers)
    assert [each.tag for each in seen.misplaced] == ["printing"]
    assert seen.stored.exchanges == ()


def test_a_preview_shows_what_an_export_writes(bed: Project, out: Path) -> None:
    writers = writers_for(bed, ["en"])
    seen = conversation_of(bed, bed.images.get(2), "en", writers)
    place = next(n for n, e in enumerate(seen.stored.exchanges) if e.section == "presence")
    question = seen.stored.exchanges[place].question
    edit_exchange(
        bed, seen, place, question=question, answer="There are two wrinkles.", person="wang"
    )
    splits: dict[int, Split] = {2: "train", 3: "val", 4: "test"}
    for image_id, split in splits.items():
        bring(bed, image_id, replace(bed.images.get(image_id).label, split=split))
    for image_id, split in splits.items():
        options = RecordExport(per_image=50, noise=1.0)
        image = bed.images.get(image_id)
        seen = conversation_of(bed, image, "en", writers)
        told = preview(bed, seen, writers["en"], options)
        written(bed, out, per_image=50, noise=1.0)
        exported = [
            row for row in rows(out, split) if row["images"] == [str(bed.locate(image.path))]
        ]
        shown = [json.loads(each) for each in told.split("\n\n")]
        assert sorted(map(json.dumps, shown)) == sorted(map(json.dumps, exported))
    for n in range(len(seen.stored.exchanges)):
        seen = edit_exchange(bed, seen, n, question="What?", answer="Three wrinkles.", person="li")
    with pytest.raises(UserError, match="no record of this image"):
        preview(bed, seen, writers["en"], RecordExport())


def test_a_set_that_was_tried_out_is_still_compared_where_a_person_wrote(
    bed: Project, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.doubted_turns._WORTH_TRYING", 0)
    ours = questions_yaml("powder-bed", "en").replace("name: powder-bed", "name: ours")
    bed.question_sets.put("ours", "en", ours, person="li")
    assert not any("contradict" in note for note in written(bed, out, questions="ours").notes)
    seen = conversation_of(bed, bed.images.get(2), "en", writers_for(bed, ["en"]))
    question = seen.stored.exchanges[0].question
    edit_exchange(bed, seen, 0, question=question, answer="There are two wrinkles.", person="wang")
    report = written(bed, out, questions="ours", per_image=50)
    assert "There are two wrinkles." not in (out / "train.jsonl").read_text("utf-8")
    (note,) = (note for note in report.notes if "turns that people wrote" in note)
    assert note.startswith("1 turns")
