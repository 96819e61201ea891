import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.conversations.writing.records import RecordOptions, records
from app.conversations.writing.writer import Writer
from app.core.conversation import BOXES, CLAIMS, FORMAT, IMAGE, KINDS, Exchange, Record
from app.core.geometry import intersection_over_union
from tests.helpers.talk import SLAG, STREAK, facts, questions, some_facts

ROOT = Path(__file__).parents[3]

WRITERS = {language: Writer(questions(4, language=language)) for language in ("en", "zh")}
WRITER = WRITERS["en"]
DEFECTS = facts([(STREAK, (10, 10, 40, 20)), (SLAG, (150, 150, 170, 170))])
NORMAL = facts()
ALL = RecordOptions(per_image=1000, noise=0)


def made(image, options=ALL, *, writer=WRITER, repeat=0, exchanges=None) -> list[Record]:
    written = writer.exchanges(image) if exchanges is None else exchanges
    return records(writer, image, written, options, repeat=repeat)


def many(image, count: int):
    return [replace(image, content_hash=f"{n:064x}") for n in range(count)]


def system(record: Record) -> str:
    first = record.messages[0]
    return first.content if first.role == "system" else ""


def is_localisation(record: Record) -> bool:
    return len(record.kinds) == 1 and bool(BOXES.fullmatch(record.messages[-1].content))


def is_dialogue(record: Record) -> bool:
    return len(record.kinds) > 1


def answers(record: Record) -> list[str]:
    return [m.content for m in record.messages if m.role == "assistant"]


def test_all_shapes_of_an_image() -> None:
    whole = made(DEFECTS)

    alone = [r for r in whole if not is_dialogue(r)]
    assert len(whole) == len(alone) + 1
    assert sorted(answers(r)[0] for r in alone) == sorted(
        e.answer for e in WRITER.exchanges(DEFECTS)
    )


def test_beside_defects_fewer_questions_are_about_what_is_not_there() -> None:
    options = RecordOptions(kinds=("where",), per_image=1, noise=0)
    one = facts([(STREAK, (10, 10, 40, 20))])

    taken = [r for image in many(one, 600) for r in made(image, options) if is_localisation(r)]

    # Asked for are all boxes, those of the class, and a third as often those of another class.
    empty = sum(answers(r)[0] == "<boxes:>" for r in taken)
    assert 0.09 < empty / len(taken) < 0.2


def test_a_localisation_is_told_the_classes_as_they_stand_beside_boxes_and_the_format() -> None:
    record = next(r for r in made(DEFECTS) if is_localisation(r))

    assert record.kinds == ("where",)
    assert system(record).startswith("System localisation no")
    assert f"format {FORMAT}; names streak, slag, incomplete_spreading." in system(record)
    assert CLAIMS not in system(record)


def test_a_dialogue_goes_from_presence_to_what_follows_of_one_class_or_of_all() -> None:
    unnamed = 0
    for image in many(DEFECTS, 60):
        dialogue = next(r for r in made(image) if is_dialogue(r))

        sections = [a.split()[0] for a in answers(dialogue)]
        assert sections[:2] == ["Presence", "Identification"]
        assert sections[2] == "Place" or sections[2].startswith("<boxes:")
        unnamed += "Any" in sections[3]
        if "Any" in sections[3]:
            assert sections[3:] in (["Any_cause"], ["Any_remedy"], ["Any_cause", "Any_remedy"])
            continue
        about = {a.split("; name ")[1].split(";")[0] for a in answers(dialogue)[3:]}
        assert len(about) == 1
        assert sections[3:] in (
            ["Cause", "Consequence"],
            ["Cause", "Remedy"],
            ["Cause", "Consequence", "Remedy"],
            ["Cause"],
        )
    assert 15 < unnamed < 45


def test_a_dialogue_on_a_normal_image() -> None:
    for image in many(NORMAL, 40):
        dialogue = next(r for r in made(image) if is_dialogue(r))

        assert dialogue.kinds[0] == "presence"
        assert "where" in dialogue.kinds
        assert {"cause", "remedy"} & set(dialogue.kinds)


def test_boxes_in_a_dialogue_bring_their_format_with_them() -> None:
    dialogues = [next(r for r in made(image) if is_dialogue(r)) for image in many(DEFECTS, 30)]

    with_boxes = [r for r in dialogues if any(BOXES.search(a) for a in answers(r))]
    assert 0 < len(with_boxes) < len(dialogues)
    for record in dialogues:
        assert system(record).startswith("System prose no")
        assert ("System boxes no" in system(record)) == (record in with_boxes)
        assert (FORMAT in system(record)) == (record in with_boxes)


def test_a_few_records_an_image_spread_evenly_over_shapes_and_kinds() -> None:
    images = many(DEFECTS, 700)

    taken = [r for image in images for r in made(image, RecordOptions(per_image=1, noise=0))]

    sorts = Counter(
        "localisation" if is_localisation(r) else "dialogue" if is_dialogue(r) else r.kinds[0]
        for r in taken
    )
    assert set(sorts) == {"localisation", "dialogue", *KINDS}
    assert len(taken) == 700
    assert max(sorts.values()) / min(sorts.values()) < 1.6


def test_fewer_records_are_the_first_of_more() -> None:
    few, more = made(DEFECTS, RecordOptions(per_image=3, noise=0)), made(DEFECTS)

    assert few == more[:3]
    assert len({repr(r.messages[1:]) for r in more}) == len(more)


def test_an_image_taken_again_gives_other_records_first_and_other_system_texts_then() -> None:
    options = RecordOptions(per_image=4, noise=0)
    count = len(made(DEFECTS))

    first, second = made(DEFECTS, options), made(DEFECTS, options, repeat=1)
    rounds = [r for n in range(40) for r in made(DEFECTS, options, repeat=n)]

    assert not {r.messages[1:] for r in first} & {r.messages[1:] for r in second}
    assert len({r.messages[1:] for r in rounds}) >= count
    assert len({system(r) for r in rounds if r.kinds == ("cause",)}) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_restrict_every_shape(kind) -> None:
    for image in (DEFECTS, NORMAL):
        restricted = made(image, RecordOptions(kinds=(kind,), per_image=1000))

        assert restricted
        assert {k for r in restricted for k in r.kinds} == {kind}


def test_without_system_texts_there_is_no_report_either() -> None:
    bare = made(DEFECTS, RecordOptions(per_image=1000, noise=1, grounding="all", system=False))

    assert bare
    assert all(r.messages[0].role == "user" and r.fault is None and not r.claims for r in bare)


def test_what_people_wrote_stands_alone_and_joins_the_dialogue_behind_its_kind() -> None:
    added = Exchange("identification", "", None, "Is it deep?", "Hardly.", author="ann")
    exchanges = [added, *WRITER.exchanges(DEFECTS)]

    whole = made(DEFECTS, exchanges=exchanges)

    dialogue = next(r for r in whole if is_dialogue(r))
    assert answers(dialogue)[2] == "Hardly."
    assert dialogue.kinds[:4] == ("presence", "identification", "identification", "where")
    assert ["Hardly."] in [answers(r) for r in whole]


def test_an_image_tag_that_a_person_wrote_is_not_a_second_image() -> None:
    added = Exchange("cause", "", None, "<image> Why?", "See <image>.", author="ann")

    (record,) = made(DEFECTS, exchanges=[added])

    assert [m.content for m in record.messages[1:]] == ["<image>Why?", "See ."]


def test_another_process_makes_the_same_records() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from app.conversations.writing.records import RecordOptions, records\n"
            "from app.conversations.writing.writer import Writer\n"
            "from tests.helpers.talk import SLAG, STREAK, facts, questions\n"
            "image = facts([(STREAK, (10, 10, 40, 20)), (SLAG, (150, 150, 170, 170))])\n"
            "writer, options = Writer(questions(4)), RecordOptions(per_image=99, noise=0.5)\n"
            "print(records(writer, image, writer.exchanges(image), options))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == repr(made(DEFECTS, replace(ALL, noise=0.5)))


def test_nothing_to_say_makes_no_record() -> None:
    assert made(DEFECTS, exchanges=[]) == []


def test_whoever_is_asked_where_things_lie_is_told_nothing_wrong() -> None:
    options = RecordOptions(per_image=1000, noise=1)
    told_wrong = [r for r in made(DEFECTS, options) if r.fault]

    assert told_wrong
    assert not any("where" in r.kinds for r in told_wrong)
    assert not any(r.fault for r in made(DEFECTS, replace(options, kinds=("where",))))


def test_noise_comes_near_its_share_of_the_whole_file() -> None:
    options = RecordOptions(per_image=3, noise=0.1)
    images = [*many(DEFECTS, 500), *many(NORMAL, 500)]

    whole = [r for image in images for r in made(image, options)]

    noisy = [r for r in whole if r.fault]
    assert 0.085 < len(noisy) / len(whole) < 0.115
    assert {r.fault for r in noisy} == {"wrong_class", "missed", "false_box"}
    assert not any(is_localisation(r) for r in noisy)


def test_about_half_of_the_answers_that_can_say_that_the_report_is_wrong() -> None:
    options = RecordOptions(kinds=("presence",), per_image=1, noise=1)
    plain = Writer(questions(4, sections={"presence": questions(4).sections["presence"]}))

    noisy = [r for image in many(DEFECTS, 400) for r in made(image, options, writer=plain)]

    said = sum(answers(r)[0].startswith(f"Correction {r.fault} no") for r in noisy)
    assert 150 < said < 250
    assert all("Presence defects no" in answers(r)[0] for r in noisy)


def test_answers_about_causes_do_not_begin_with_a_correction() -> None:
    options = RecordOptions(kinds=("cause",), per_image=1000, noise=1)

    noisy = [r for image in many(DEFECTS, 50) for r in made(image, options) if r.fault]

    assert noisy
    assert not any("Correction" in m.content for r in noisy for m in r.messages)


@pytest.mark.parametrize(
    ("grounding", "noise", "grounded"),
    [
        ("noisy", 0, set()),
        ("noisy", 0.4, {True, False}),
        ("noisy", 1, {True}),
        ("all", 0, {False}),
        ("off", 1, set()),
    ],
)
def test_the_clause_about_marked_boxes_stands_where_it_is_wanted(
    grounding, noise: float, grounded: set[bool]
) -> None:
    options = RecordOptions(per_image=1000, noise=noise, grounding=grounding)

    found = [r for r in made(DEFECTS, options) if "System grounding no" in system(r)]

    assert {r.fault is not None for r in found} == grounded
    assert all("boxes <boxes:u0 u1>" in system(r) for r in found)
    assert not any(BOXES.search(a) for r in found for a in answers(r))
    assert all(("System report no" in system(r)) for r in found) or grounding == "all"
    clean = [r for r in made(NORMAL, options) if "System grounding no" in system(r)]
    assert bool(clean) == bool(grounded)
    assert all("boxes <boxes:>" in system(r) for r in clean)


def test_as_many_reports_are_right_as_wrong() -> None:
    options = RecordOptions(per_image=3, noise=0.1)
    for image in (DEFECTS, NORMAL):
        whole = [r for each in many(image, 500) for r in made(each, options)]

        quoting = [r for r in whole if "System report no" in system(r)]
        right = [r for r in quoting if r.fault is None]
        assert 0.4 < len(right) / len(quoting) < 0.6
        assert not any(CLAIMS in system(r) or r.claims for r in right)
        uids = " ".join(thing.uid for thing in image.things)
        assert all(f"report <boxes:{uids}>" in system(r) for r in right)
        assert not any("where" in r.kinds for r in quoting)


@pytest.mark.parametrize(
    "values",
    [
        {"kinds": ()},
        {"kinds": ("colour",)},
        {"per_image": 0},
        {"noise": -0.1},
        {"noise": 1.1},
        {"grounding": "some"},
    ],
)
def test_options_out_of_range_are_refused(values) -> None:
    with pytest.raises(ValueError, match="must be"):
        RecordOptions(**values)


NOISE = re.compile(
    r"(System report|System grounding|Correction \w+) no \d+: [^.]*\.", re.IGNORECASE
)


def without_noise(record: Record) -> list[tuple[str, str]]:
    """The record as it would be without its report, clause and correction."""
    return [(m.role, " ".join(NOISE.sub("", m.content).split())) for m in record.messages]


@settings(max_examples=80, deadline=None)
@given(
    image=some_facts(),
    language=st.sampled_from(["en", "zh"]),
    per_image=st.integers(1, 30),
    repeat=st.integers(0, 3),
)
def test_every_record_is_whole_and_its_noise_can_be_taken_out(
    image, language: str, per_image: int, repeat: int
) -> None:
    writer = WRITERS[language]
    quiet_options = RecordOptions(per_image=per_image, noise=0)
    noisy = made(image, replace(quiet_options, noise=1), writer=writer, repeat=repeat)
    quiet = made(image, quiet_options, writer=writer, repeat=repeat)

    assert len(noisy) == len(quiet) <= per_image
    for each, plain in zip(noisy, quiet, strict=True):
        assert_whole(each, image)
        assert_whole(plain, image)
        assert plain.fault is None and each.kinds == plain.kinds
        assert without_noise(each) == without_noise(plain)


def assert_whole(record: Record, image) -> None:
    text = "".join(m.content for m in record.messages)
    uids = {thing.uid for thing in image.things}
    assert [m.role for m in record.messages] == [
        "system",
        *["user", "assistant"] * len(record.kinds),
    ]
    assert text.count(IMAGE) == 1 and record.messages[1].content.startswith(IMAGE)
    assert {uid for found in BOXES.findall(text) for uid in found.split()} <= uids
    assert (CLAIMS in text) == (record.fault is not None)
    assert not any(mark in text for mark in ("{", "}", "  "))
    assert_one_fault(record, image)


def assert_one_fault(record: Record, image) -> None:
    claimed = [(c.class_id, c.box) for c in record.claims]
    marked = [(t.label_class.id, t.box) for t in image.things]
    extra = [c for c in claimed if c not in marked]
    lacking = [m for m in marked if m not in claimed]
    if record.fault is None:
        assert not claimed
    elif record.fault == "missed":
        assert len(claimed) == len(marked) - 1 and not extra
    elif record.fault == "wrong_class":
        assert len(claimed) == len(marked)
        assert len(extra) == 1 and extra[0][1] in [box for _, box in marked]
    else:
        assert len(claimed) == len(marked) + 1 and not lacking
        assert extra[0][1].inside(image.width_px, image.height_px)
        assert not any(intersection_over_union(extra[0][1], box) for _, box in marked)


def test_system_texts_are_dealt_evenly_and_no_image_has_one_twice() -> None:
    used: Counter[str] = Counter()
    count = len(WRITER.questions.system["prose"])
    options = RecordOptions(per_image=3, noise=0, kinds=("presence", "identification"))
    for n in range(1, 3001):
        image = replace(DEFECTS, content_hash=f"{n:064x}", number=n)
        texts = [system(record) for record in made(image, options)]
        assert len(set(texts)) == len(texts) == 3
        used.update(texts)

    assert len(used) == count
    assert max(used.values()) - min(used.values()) <= 3


def test_an_image_that_is_taken_again_has_other_system_texts() -> None:
    image = replace(DEFECTS, number=7)
    options = RecordOptions(per_image=1, noise=0, kinds=("presence",))
    texts = {system(record) for r in range(4) for record in made(image, options, repeat=r)}

    assert len(texts) > 1
