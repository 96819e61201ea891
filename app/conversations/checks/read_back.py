"""A row that was read as a record again, a detector's wrong report in it told from a mistake."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.conversations.checks.checking import check_record
from app.conversations.facts import ImageFacts
from app.conversations.targets.frames import Frame
from app.conversations.targets.rows import ReadRecord, Unmatched
from app.conversations.targets.targets import Target
from app.core.conversation import BOXES, CLAIMS, FAULTS, Claim, Fault, Kind, Message, Record
from app.core.language import Language

_HANZI = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a row beside its texts: `fault` None says that no report in it is wrong."""

    language: Language
    kinds: tuple[Kind, ...]
    fault: Fault | None


def as_record(
    read: ReadRecord, target: Target, facts: ImageFacts, told: Told | None = None
) -> Record:
    """Where nothing is told, boxes in the system text count as a report that is wrong on purpose if
    it then has exactly one error, and every answer is right."""
    language = told.language if told else _language(read.messages)
    plain = Record(language, told.kinds if told else (), read.messages)
    if told and told.fault is None:
        return plain
    quoting = _quoting(plain, read, target, facts)
    if quoting is None or (not told and not check_record(plain, facts)):
        return plain
    if told:
        return replace(quoting, fault=told.fault)
    tries = (replace(quoting, fault=fault) for fault in FAULTS)
    return next((each for each in tries if not check_record(each, facts)), plain)


def _language(messages: Sequence[Message]) -> Language:
    talk = "".join(message.content for message in messages if message.role != "assistant")
    return "zh" if _HANZI.search(talk) else "en"


def _quoting(plain: Record, read: ReadRecord, target: Target, facts: ImageFacts) -> Record | None:
    """With the first boxes of its system text taken for the report; None where there are none."""
    system, *others = plain.messages
    strange = [each for each in read.unmatched if each.turn == 0]
    form = target.vlm.form
    literal = re.escape(form.joined([form.entry(each.label, each.numbers) for each in strange]))
    # As `ReadRecord` has them: boxes of the labels first, then those that they don't have.
    report = re.search(f"{BOXES.pattern}(?: {literal})?|{literal}", system.content)
    if system.role != "system" or report is None:
        return None
    uids = (report[1] or "").split()
    claims = [Claim(t.label_class.id, t.box) for t in facts.things if t.uid in uids]
    claims += _claims(strange, read.frame, facts)
    text = system.content[: report.start()] + CLAIMS + system.content[report.end() :]
    return replace(plain, messages=(Message("system", text), *others), claims=tuple(claims))


def _claims(strange: Sequence[Unmatched], frame: Frame, facts: ImageFacts) -> Iterator[Claim]:
    """In the place of a box whose numbers they share; their own class, if it is one."""
    places = {
        frame.numbers(thing.box, facts.width_px, facts.height_px): thing.box
        for thing in facts.things
    }
    names = {c.label(language): c.id for c in facts.classes for language in ("zh", "en")}
    for each in strange:
        box = places.get(each.numbers, each.box)
        if each.label in names and box is not None:
            yield Claim(names[each.label], box)
