import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.conversations.writing.absent import class_statistics
from app.conversations.writing.writer import Writer
from app.core.conversation import BOXES, Exchange
from app.core.errors import UserError
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.questions import SECTIONS, Phrasing, Section, Stage
from tests.helpers.talk import (
    BARE,
    CLASSES,
    SLAG,
    STREAK,
    facts,
    phrasings,
    questions,
    some_facts,
)

ROOT = Path(__file__).parents[3]

WRITER = Writer(questions())

ONE_STREAK = facts([(STREAK, (10, 10, 40, 20))])
SEVERAL = facts(
    [
        (STREAK, (10, 10, 20, 20)),
        (STREAK, (110, 110, 150, 140)),
        (SLAG, (280, 280, 290, 290)),
    ]
)
NORMAL = facts()


def by_section(exchanges: list[Exchange]) -> dict[str, list[Exchange]]:
    found: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        found.setdefault(exchange.section, []).append(exchange)
    return found


def of(facts_, section: str, writer: Writer = WRITER) -> list[Exchange]:
    return by_section(writer.exchanges(facts_)).get(section, [])


def test_sections_come_in_their_order_with_their_kinds() -> None:
    exchanges = WRITER.exchanges(SEVERAL)

    sections = list(dict.fromkeys(e.section for e in exchanges))
    # Of slag no consequence and no remedy is known, so none can be told of all that is seen.
    assert sections == [s for s in SECTIONS if s != "any_remedy"]
    assert all(e.kind == SECTIONS[e.section].kind for e in exchanges)
    assert all(e.variant == 0 and e.author is None for e in exchanges)


def test_an_image_without_defects_is_asked_what_fits_it() -> None:
    images = [replaced(NORMAL, n) for n in range(20)]
    found = by_section([e for image in images for e in WRITER.exchanges(image)])

    assert set(found) == set(SECTIONS)
    assert found["presence"][0].answer.startswith("Presence normal")
    assert found["asked"][0].answer.startswith("Asked absent")
    assert found["where"][0].answer == found["where_class"][0].answer == "<boxes:>"
    assert found["any_cause"][0].answer.startswith("Any_cause normal")
    # The test set's phrasings use all that may be known, and only of streaks that is.
    for section in ("cause", "consequence", "remedy"):
        absent = f"{section.capitalize()} absent"
        assert {e.class_id for e in found[section]} == {STREAK.id}
        assert all(e.answer.startswith(absent) for e in found[section])


@pytest.mark.parametrize(
    ("boxes", "identified", "placed"),
    [
        ([STREAK], "one", "one"),
        ([STREAK, STREAK], "one_class", "several"),
        ([STREAK, SLAG], "several", "several"),
    ],
)
def test_the_situation_follows_the_boxes(boxes, identified: str, placed: str) -> None:
    image = facts([(c, (10 * i, 10, 10 * i + 5, 20)) for i, c in enumerate(boxes)])

    assert of(image, "identification")[0].answer.startswith(f"Identification {identified} no")
    assert of(image, "place")[0].answer.startswith(f"Place {placed} no")
    assert of(image, "presence")[0].answer.startswith("Presence defects no")


def test_words_say_what_the_boxes_say() -> None:
    presence = of(SEVERAL, "presence")[0].answer

    assert "found two streaks and one piece of slag;" in presence
    assert "kinds streak and slag;" in presence
    assert (
        "located one streak in the top left, one streak in the centre"
        " and one piece of slag in the bottom right;" in presence
    )
    assert "n 3; total three." in presence


def test_words_of_a_class_speak_of_its_largest_box() -> None:
    cause = next(e for e in of(SEVERAL, "cause") if e.class_id == STREAK.id).answer

    assert "counted two streaks;" in cause
    assert "n 2;" in cause
    assert "place in the centre;" in cause
    assert "size medium-sized." in cause


def test_boxes_are_asked_of_all_of_one_class_and_of_one_that_is_not_there() -> None:
    answers = {
        e.class_id: e.answer for i in range(30) for e in of(replaced(SEVERAL, i), "where_class")
    }

    assert of(SEVERAL, "where")[0].answer == "<boxes:u0 u1 u2>"
    assert answers == {STREAK.id: "<boxes:u0 u1>", SLAG.id: "<boxes:u2>", BARE.id: "<boxes:>"}
    assert [e.class_id == STREAK.id for e in of(ONE_STREAK, "where_class")] == [True, False]


def replaced(facts_, number: int):
    return replace(facts_, content_hash=f"{number:064x}")


def test_nothing_is_asked_about_what_is_not_known() -> None:
    slag = by_section(WRITER.exchanges(facts([(SLAG, (10, 10, 20, 20))])))
    unknown = by_section(WRITER.exchanges(facts([(BARE, (10, 10, 20, 20))])))

    # The test set's phrasings use all that may be known; slag has causes only.
    assert not {"consequence", "remedy"} & set(slag)
    assert not {"cause", "consequence", "remedy"} & set(unknown)
    assert "identification" not in unknown


def test_a_phrasing_is_used_where_all_its_words_stand_for_something() -> None:
    own = questions(
        sections={
            "cause": Section(
                (Phrasing("Why?", 1),),
                {
                    "present": (
                        Phrasing("It comes from {{ causes }} and looks like {{ appearance }}.", 2),
                        Phrasing("It comes from {{ causes }}.", 3),
                    )
                },
            )
        }
    )
    writer = Writer(own)

    answers = {
        writer.exchanges(facts([(SLAG, (1, 1, 9, 9))], content_hash=str(n)))[0].answer
        for n in range(20)
    }

    assert answers == {"It comes from spatter."}


def test_more_places_than_one_can_read_are_not_listed() -> None:
    grid = [
        (c, (100 * x + 10, 100 * y + 10, 100 * x + 20, 100 * y + 20))
        for c in (STREAK, SLAG)
        for x in range(3)
        for y in range(3)
    ]

    assert of(facts(grid[:8]), "place")
    assert not of(facts(grid), "place")
    assert of(facts(grid), "where")


def test_the_stage_of_an_image_replaces_lists_and_knows_what_never_occurs() -> None:
    stage = Stage(
        "printing",
        never=("Incomplete Spreading",),
        sections={"presence": Section((), {"normal": phrasings("melted", frozenset(), 3)})},
    )
    writer = Writer(questions(stages=(stage,)))
    printing = facts(tags=("printing", "shadow"))

    never = [e for e in of(printing, "asked", writer) if e.class_id == BARE.id]
    assert [e.answer.startswith("Asked never_here no") for e in never] == [True]
    assert of(printing, "presence", writer)[0].answer.startswith("Melted no")
    assert of(printing, "presence", writer)[0].question.startswith("Presence question no")
    assert of(NORMAL, "presence", writer)[0].answer.startswith("Presence normal no")
    assert all(
        e.answer.startswith("Asked absent")
        for i in range(20)
        for e in of(replaced(NORMAL, i), "asked", writer)
    )


def test_nothing_is_written_where_the_labels_contradict_the_stage() -> None:
    writer = Writer(questions(stages=(Stage("printing", never=("Incomplete Spreading",)),)))
    boxes = [(BARE, (10, 10, 50, 50)), (STREAK, (60, 60, 90, 90))]
    printing = facts(boxes, tags=("printing",))
    before = writer.exchanges(facts(boxes))

    assert [(m.label_class, m.tag) for m in writer.misplaced(printing)] == [(BARE, "printing")]
    assert writer.exchanges(printing) == []
    with pytest.raises(UserError, match="never occurs at the stage 'printing'"):
        writer.again(printing, before[0])
    assert before and writer.misplaced(facts(boxes)) == ()
    assert writer.exchanges(facts(boxes[1:], tags=("printing",)))


def test_absent_classes_are_also_asked_by_how_often_they_come() -> None:
    others = [LabelClass(f"class {n}", id=10 + n) for n in range(8)]
    classes = (*CLASSES, *others)
    counts = [{STREAK.id, others[0].id}] * 50 + [{others[1].id}] * 50
    usual = Writer(questions(2), statistics=class_statistics(counts))
    blind = Writer(questions(2))

    def asked(writer: Writer) -> Counter[int | None]:
        images = (
            facts([(STREAK, (1, 1, 9, 9))], classes=classes, content_hash=str(n))
            for n in range(300)
        )
        return Counter(e.class_id for f in images for e in of(f, "asked", writer)[1:])

    by_statistics, at_random = asked(usual), asked(blind)
    assert by_statistics[others[0].id] > by_statistics[others[1].id] > 30
    assert by_statistics[others[0].id] > 120
    assert max(at_random.values()) < 60
    assert len(at_random) == len(by_statistics) == len(classes) - 1


def test_two_or_three_causes_are_named_and_appear_in_other_ways_on_other_images() -> None:
    answers = {of(replaced(ONE_STREAK, n), "cause")[0].answer for n in range(60)}
    causes = {answer.split("causes ")[1].split(";")[0] for answer in answers}

    assert causes == {
        "a coarse particle or a worn blade",
        "a coarse particle or a blade that touched a part",
        "a worn blade or a blade that touched a part",
        "a coarse particle, a worn blade or a blade that touched a part",
    }


def test_written_again_each_text_differs_from_the_last() -> None:
    for exchange in WRITER.exchanges(SEVERAL):
        for variant in range(1, 12):
            again = WRITER.again(SEVERAL, exchange)
            assert again.question != exchange.question
            assert BOXES.fullmatch(again.answer) or again.answer != exchange.answer
            assert again.variant == variant
            assert again.topic == exchange.topic and again.kind == exchange.kind
            exchange = again


def test_written_again_an_edited_turn_is_nobodys() -> None:
    edited = replace(WRITER.exchanges(SEVERAL)[0], answer="No.", author="ann", variant=3)

    again = WRITER.again(SEVERAL, edited)

    assert again.author is None and again.variant == 4
    assert again.answer.startswith("Presence defects")


@pytest.mark.parametrize(
    "gone",
    [
        Exchange("cause", "", None, "Why?", "Because.", author="ann"),
        Exchange("cause", "cause", SLAG.id, "Why?", "Because."),
        Exchange("cause", "cause", 99, "Why?", "Because."),
    ],
)
def test_what_has_no_topic_on_the_image_is_not_written_again(gone: Exchange) -> None:
    with pytest.raises(UserError):
        WRITER.again(ONE_STREAK, gone)


def test_without_classes_there_is_nothing_to_ask() -> None:
    assert WRITER.exchanges(facts(classes=())) == []


def test_a_class_that_holds_a_trainers_word_is_refused() -> None:
    bad = LabelClass("streak", id=1, en=Knowledge(causes=("a <|im_end|> particle",)))

    with pytest.raises(UserError, match="'streak' holds a word of the trainers' own"):
        WRITER.exchanges(facts([(bad, (1, 1, 9, 9))], classes=[bad]))


def test_each_phrasing_of_a_list_is_used_about_as_often() -> None:
    writer = Writer(questions(20))
    images = [replaced(ONE_STREAK, n) for n in range(1440)]

    used = Counter(
        exchange.question.split(":")[0]
        for image in images
        for exchange in writer.exchanges(image)
        if exchange.section in ("presence", "cause")
    )

    assert len(used) == 40
    assert max(used.values()) / min(used.values()) < 2.5


STAGED = [
    Writer(questions(3, language=language, stages=(Stage("printing", (BARE.name,)),)))
    for language in ("en", "zh")
]


@settings(max_examples=60, deadline=None)
@given(image=some_facts(), writer=st.sampled_from(STAGED))
def test_every_image_reads_whole(image, writer: Writer) -> None:
    exchanges = writer.exchanges(image)

    uids = {thing.uid for thing in image.things}
    assert bool(exchanges) is not bool(writer.misplaced(image))
    assert len({e.topic for e in exchanges}) == len(exchanges)
    assert exchanges == writer.exchanges(image)
    for exchange in exchanges:
        for text in (exchange.question, exchange.answer):
            assert text == text.strip() and text
            assert not any(mark in text for mark in ("{", "}", "  ", "..", "。。"))
            assert {uid for found in BOXES.findall(text) for uid in found.split()} <= uids
        if exchange.class_id in {c.id for c in image.absent} and exchange.kind == "where":
            assert exchange.answer == "<boxes:>"


def test_another_process_writes_the_same() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from app.conversations.writing.writer import Writer\n"
            "from tests.helpers.talk import STREAK, facts, questions\n"
            "image = facts([(STREAK, (10, 10, 40, 20))])\n"
            "print(Writer(questions(), 5).exchanges(image))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == repr(Writer(questions(), 5).exchanges(ONE_STREAK))


def test_a_question_set_costs_the_start_of_nothing_else() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, app.conversations.writing.records\nprint('jinja2' in sys.modules)",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == "False"


def test_numbered_images_use_all_phrasings_alike() -> None:
    used = Counter(
        exchange.question
        for number in range(1, 201)
        for exchange in WRITER.exchanges(replace(SEVERAL, number=number))
        if exchange.section == "presence"
    )

    assert len(used) == 5
    assert set(used.values()) <= {39, 40, 41}


def test_an_image_keeps_its_words_when_others_come_or_go() -> None:
    def said(numbers: range) -> dict[int, list[Exchange]]:
        writer = Writer(questions())
        return {n: writer.exchanges(replace(SEVERAL, number=n)) for n in numbers}

    all_, some = said(range(1, 40)), said(range(3, 40, 5))

    assert some == {n: all_[n] for n in some}
