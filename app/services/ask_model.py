"""One question about one photo, put to a language model as it was trained to be asked.

`request_for` touches no project, so that several may be made at once in threads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from app.conversations.facts import ImageFacts
from app.conversations.targets.answers import Answer, read_answer
from app.conversations.targets.frames import Frame
from app.conversations.targets.targets import Shown, Target, bake_size, target_by_name
from app.conversations.targets.vlms import VLMS
from app.conversations.writing.choosing import Choice
from app.conversations.writing.writer import Writer
from app.core.annotation import Annotation
from app.core.chat import Chat, ChatMessage, ChatReply, ChatServer, Picture
from app.core.conversation import Claim, Exchange
from app.core.errors import UserError
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES, Language
from app.core.questions import SECTIONS
from app.services.questions import chosen_name, chosen_seed, list_questions, questions_for
from app.services.record_photos import PhotoPlaces
from app.storage.project import Project

MOST_TOKENS = 2048
"""Of an answer: some forty boxes and a few sentences."""

_MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}
_READY = ("presence", "identification", "where", "place")
_READY_OF_CLASS = ("asked", "where_class")
_BOXES_ALONE = frozenset({"where", "where_class"})


@dataclass(frozen=True, slots=True)
class Question:
    """`boxes_alone`: the answer is to be boxes and nothing else.

    `findings` are what a detector is said to have reported; without any, no report is quoted.
    """

    text: str
    boxes_alone: bool = False
    findings: tuple[Claim, ...] = ()
    class_id: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, and what the numbers of the answer are to be read with.

    `width_px` and `height_px` are of the upright image, `frame` is of the picture that is sent.
    """

    messages: tuple[ChatMessage, ...]
    frame: Frame
    width_px: int
    height_px: int
    classes: tuple[LabelClass, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what was answered, and by the model of which server."""

    question: Question
    answer: Answer
    reply: ChatReply
    server: str


def writer_for(project: Project, language: Language) -> Writer:
    """Speaks by the project's question set in that language, or in the other where it has no such.

    Raises UserError when the question set is no good.
    """
    name = chosen_name(project)
    there = {entry.language for entry in list_questions(project) if entry.name == name}
    spoken = language if language in there else next((x for x in LANGUAGES if x in there), language)
    return Writer(questions_for(project, spoken), chosen_seed(project))


def language_of(text: str) -> Language:
    """Chinese where any of its characters is."""
    return "zh" if any("\u3400" <= character <= "\u9fff" for character in text) else "en"


def ready_questions(writer: Writer, classes: Sequence[LabelClass]) -> list[Question]:
    """What the question set asks of any image, of all and then of each class."""
    facts = ImageFacts("", 1, 1, (), (), tuple(classes))
    topics: list[tuple[str, int | None]] = [(section, None) for section in _READY]
    topics += [(section, c.id) for c in classes for section in _READY_OF_CLASS]
    asked = (question_about(writer, facts, section, class_id) for section, class_id in topics)
    return [question for question in asked if question is not None]


def question_about(
    writer: Writer, facts: ImageFacts, section: str, class_id: int | None = None
) -> Question | None:
    """A phrasing of that section of the question set, for that image; None where it has none."""
    topic = Exchange(SECTIONS[section].kind, section, class_id, "", "", variant=-1)
    try:
        text = writer.again(facts, topic).question
    except UserError:
        return None
    return Question(text, boxes_alone=section in _BOXES_ALONE, class_id=class_id)


def findings_of(annotations: Iterable[Annotation], imports: frozenset[int]) -> tuple[Claim, ...]:
    """What models drew, from top to bottom; `imports` are the runs that were none of a model."""
    drawn = [a for a in annotations if a.run_id is not None and a.run_id not in imports]
    drawn.sort(key=lambda a: (a.box.top, a.box.left, a.uid))
    return tuple(Claim(a.class_id, a.box) for a in drawn)


def can_enlarge(server: ChatServer) -> bool:
    """Whether it matters for the model on a server that small photos are enlarged."""
    return any(vlm.can_enlarge for vlm in VLMS if vlm.name == server.vlm)


def target_for(server: ChatServer, *, enlarge: bool = True) -> Target:
    """How boxes are written for the model on a server, and photos shown.

    With `enlarge` it sees small photos as `RecordExport.enlarge` would write them: what Flawmark
    advises to train it with. Raises UserError for one that sees no pictures, or of a VLM that isn't
    in the table.
    """
    if not server.sees:
        raise UserError(
            f"The model of the server {server.name} is not said to see pictures.",
            hint="Name its VLM: `flawmark servers add NAME URL --vlm VLM`; `flawmark targets` lists"
            " them.",
        )
    return replace(target_by_name(f"messages/{server.vlm}"), enlarges=enlarge)


def request_for(
    server: ChatServer,
    writer: Writer,
    image: Image,
    photo: Path,
    classes: Sequence[LabelClass],
    question: Question,
    *,
    enlarge: bool = True,
) -> Request:
    """The photo as the VLM sees it unchanged, a system text with the findings, and the question.

    `enlarge` as for `target_for`. Raises UserError when the photo can't be read or isn't the one
    that was labelled, and as `target_for`.
    """
    target = target_for(server, enlarge=enlarge)
    picture, shown = picture_for(target, image, photo)
    return request_with(target, writer, image, picture, shown, classes, question)


def request_with(
    target: Target,
    writer: Writer,
    image: Image,
    picture: Picture,
    shown: Shown,
    classes: Sequence[LabelClass],
    question: Question,
) -> Request:
    """As `request_for`, with what `picture_for` made: several questions may share it."""
    frame = target.frame(shown)
    size = image.width_px, image.height_px
    by_id = {c.id: c for c in classes}
    language = writer.questions.language
    form = target.vlm.form
    report = form.joined(
        [
            form.entry(by_id[claim.class_id].label(language), frame.numbers(box, *size))
            for claim in question.findings
            if claim.class_id in by_id and (box := claim.box.clipped(*size))
        ]
    )
    system = _system_text(
        writer,
        Choice(writer.seed, image.content_hash, language),
        classes,
        target.format_words(language),
        report if question.findings else "",
        boxes_alone=question.boxes_alone,
    )
    asked = ChatMessage("user", question.text, (picture,))
    messages = (ChatMessage("system", system), asked) if system else (asked,)
    return Request(messages, frame, *size, tuple(classes))


def picture_for(target: Target, image: Image, photo: Path) -> tuple[Picture, Shown]:
    """The photo upright, of a size that the VLM's processor leaves alone.

    Raises UserError when it can't be read, isn't the one that was labelled, or is too thin.
    """
    with TemporaryDirectory(prefix="flawmark-") as folder:
        places = PhotoPlaces(Path(folder), Path(folder), lambda w, h: bake_size(target, w, h))
        shown = places.shown((image, photo, PurePosixPath(PurePosixPath(image.path).name)))
        copy = Path(shown.path)
        return Picture(copy.read_bytes(), _MEDIA_TYPES[copy.suffix]), shown


def ask_model(chat: Chat, request: Request, question: Question, *, attempt: int = 0) -> Asked:
    """Raises UserError as `Chat.ask` does."""
    reply = chat.ask(request.messages, most_tokens=MOST_TOKENS, attempt=attempt)
    return Asked(question, read_reply(request, reply), reply, chat.server.name)


def read_reply(request: Request, reply: ChatReply) -> Answer:
    answer = read_answer(
        reply.text,
        frame=request.frame,
        width_px=request.width_px,
        height_px=request.height_px,
        classes=request.classes,
    )
    return replace(answer, breaks_off=answer.breaks_off or reply.is_cut)


def _system_text(
    writer: Writer,
    choice: Choice,
    classes: Sequence[LabelClass],
    form: str,
    report: str,
    *,
    boxes_alone: bool,
) -> str:
    """As the records of an export have it: what a model was trained with, it is asked with."""
    wording = writer.wording
    if boxes_alone:
        words: dict[str, object] = {"names": wording.labels(classes), "format": form}
        texts = [writer.system("localisation", words, choice)]
    else:
        texts = [
            writer.system("prose", {"names": wording.names(classes)}, choice),
            writer.system("boxes", {"format": form}, choice),
        ]
    if report:
        texts.append(writer.system("report", {"report": report}, choice))
    return wording.paragraph(*texts)
