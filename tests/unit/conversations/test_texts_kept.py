from dataclasses import replace

from app.conversations.writing.writer import Writer
from app.core.knowledge import Knowledge
from tests.helpers.talk import BARE, SLAG, STREAK, facts, questions

BOX = (10, 10, 60, 60)


def test_what_was_said_of_a_class_is_not_said_of_it_under_another_name() -> None:
    line = replace(STREAK, name="line", en=Knowledge(noun="line", plural="lines", causes=("dust",)))
    writer = Writer(questions(count=1))
    writer.exchanges(facts([(STREAK, BOX)], number=1))

    then = facts([(line, BOX)], classes=(line, SLAG, BARE), number=1)

    assert writer.exchanges(then) == Writer(questions(count=1)).exchanges(then)


def test_texts_hang_on_no_image_that_was_written_before() -> None:
    images = [
        facts(boxes, number=n, content_hash=f"{n:064x}")
        for n in range(1, 40)
        for boxes in ([], [(STREAK, BOX)], [(STREAK, BOX), (SLAG, (200, 200, 280, 290))])
    ]
    writer, backwards = Writer(questions()), Writer(questions())

    written = [writer.exchanges(image) for image in images]

    assert [backwards.exchanges(image) for image in reversed(images)] == written[::-1]
    assert [Writer(questions()).exchanges(image) for image in images[:30]] == written[:30]
