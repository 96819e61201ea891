"""Puts a survey's questions to a server, several images at a time, and reads what it answers."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.conversations.checks.yes_or_no import read_yes_or_no
from app.conversations.facts import ImageFacts
from app.conversations.targets.answers import Answer
from app.conversations.writing.writer import Writer
from app.core.chat import Chat, ChatReply
from app.core.conversation import Claim
from app.core.errors import UserError
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.language import Language
from app.core.scores import ClassBox
from app.core.stopping import Stop
from app.core.survey import Problem, SurveyAnswer, SurveyKind, Topic
from app.services.ask_model import (
    Asked,
    Question,
    Request,
    ask_model,
    picture_for,
    question_about,
    request_with,
    target_for,
)
from app.services.in_order import in_order

_SECTIONS: Mapping[tuple[SurveyKind, bool], str] = {
    ("presence", True): "asked",
    ("where", False): "where",
    ("where", True): "where_class",
}
"""Of the question set: by what is asked, and whether it is asked of one class."""

_PLAINLY: Mapping[Language, str] = {
    "en": "Begin your answer with yes or no.",
    "zh": "请先回答“有”或“没有”。",
}


@dataclass(frozen=True, slots=True)
class ToAsk:
    """One image, and what is to be asked of it."""

    image: Image
    photo: Path
    facts: ImageFacts
    topics: tuple[Topic, ...]
    findings: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one image. `photo_trouble` or `server_trouble` is why answers are missing."""

    image: Image
    answers: tuple[SurveyAnswer, ...] = ()
    replies: tuple[ChatReply, ...] = ()
    photo_trouble: UserError | None = None
    server_trouble: UserError | None = None


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Asks one server. `attempt` is another for answers that are to be other than the last ones;
    `enlarge` as for `target_for`.
    """

    chat: Chat
    writer: Writer
    classes: Sequence[LabelClass]
    attempt: int = 0
    enlarge: bool = True

    def answered(self, waiting: Iterable[ToAsk], stop: Stop) -> Generator[Answered, None, None]:
        """In the order of `waiting`; as many images are asked about at a time as the server takes.

        Whoever ends it early also requests `stop`, so that nothing goes on being asked.
        Raises Cancelled once that was requested.
        """
        at_once = self.chat.server.at_once
        return in_order(lambda each: self._about(each, stop), waiting, at_once=at_once, stop=stop)

    def _about(self, asked: ToAsk, stop: Stop) -> Answered:
        """Runs in a thread."""
        stop.check()
        try:
            prepared = self._prepared(asked)
        except UserError as e:
            return Answered(asked.image, photo_trouble=e)
        answers: list[SurveyAnswer] = []
        replies: list[ChatReply] = []
        for topic, question, request in prepared:
            try:
                came = ask_model(self.chat, request, question, attempt=self.attempt)
            except UserError as e:
                return Answered(asked.image, tuple(answers), tuple(replies), server_trouble=e)
            replies.append(came.reply)
            answers.append(self._read(asked, topic, came))
        return Answered(asked.image, tuple(answers), tuple(replies))

    def _prepared(self, asked: ToAsk) -> list[tuple[Topic, Question, Request]]:
        """What there are phrasings for. Raises UserError for a photo that can't be sent."""
        target = target_for(self.chat.server, enlarge=self.enlarge)
        picture, shown = picture_for(target, asked.image, asked.photo)
        found = ((topic, self._question(asked, topic)) for topic in asked.topics)
        return [
            (
                topic,
                question,
                request_with(
                    target, self.writer, asked.image, picture, shown, self.classes, question
                ),
            )
            for topic, question in found
            if question is not None
        ]

    def _question(self, asked: ToAsk, topic: Topic) -> Question | None:
        section = _SECTIONS[topic.kind, topic.class_id is not None]
        question = question_about(self.writer, asked.facts, section, topic.class_id)
        if question is None:
            return None
        text = question.text
        if topic.kind == "presence":
            plainly = _PLAINLY[self.writer.questions.language]
            text = self.writer.wording.paragraph(text, plainly)
        return replace(question, text=text, findings=asked.findings)

    def _read(self, asked: ToAsk, topic: Topic, came: Asked) -> SurveyAnswer:
        said = came.reply.text
        if topic.kind == "presence":
            assert topic.class_id is not None
            language = self.writer.questions.language
            question = came.question.text.removesuffix(_PLAINLY[language])
            there = read_yes_or_no(question, said, topic.class_id, asked.facts, language)
            problem: Problem = "unreadable" if there is None else ""
            return SurveyAnswer(
                asked.image.id, topic, came.question.text, said, is_there=there, problem=problem
            )
        boxes = tuple(
            ClassBox(None if b.label_class is None else b.label_class.id, b.box)
            for b in came.answer.boxes
        )
        problem = _problem(came.answer)
        return SurveyAnswer(
            asked.image.id, topic, came.question.text, said, boxes=boxes, problem=problem
        )


def _problem(answer: Answer) -> Problem:
    """Of an answer that is to be boxes."""
    if not (answer.boxes or answer.lost or answer.says_none):
        return "unreadable"
    if answer.breaks_off:
        return "torn"
    return "lost" if answer.lost else ""
