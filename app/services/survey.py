"""Asks a VLM about labelled images and keeps what it answers."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count

from app.conversations.writing.writer import Writer
from app.core.batches import batches
from app.core.chat import Chat, ChatServer, ServerUnusableError, Usage
from app.core.errors import UserError
from app.core.image import STATE_WORDS, Image, State
from app.core.label_class import LabelClass, find_class
from app.core.language import Language
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.stopping import Stop
from app.core.survey import SURVEY_KINDS, Survey, SurveyKind, Topic
from app.services.ask_model import can_enlarge, findings_of, target_for, writer_for
from app.services.conversation_writing import facts_of_images
from app.services.survey_asking import Answered, Surveyor, ToAsk
from app.services.survey_plan import asked_topics, chosen_images
from app.services.survey_results import FINISHED, labelled_images
from app.storage.project import Project
from app.storage.surveys import SurveyKey

_BATCH = 100
_IN_A_ROW = 5
"""After so many images in a row without an answer the server is given up."""

_SAVED = "What was answered is saved. The same command goes on from there."


@dataclass(frozen=True, slots=True)
class SurveyOptions:
    """`images` is how many are asked about at most, of those in `states` that carry a label.

    `classes` are names, in either language; None stands for all, whose boxes are then asked for at
    once and not class by class. `findings` are told as `flawmark ask` tells them, and `enlarge` is
    as for it. `again` begins anew where the same was asked before, and that isn't taken from what
    is kept of answers.

    Raises ValueError for no images, kinds, classes or states.
    """

    images: int = 200
    seed: int = 0
    classes: tuple[str, ...] | None = None
    kinds: tuple[SurveyKind, ...] = SURVEY_KINDS
    language: Language = "en"
    findings: bool = False
    enlarge: bool = True
    states: tuple[State, ...] = FINISHED
    again: bool = False

    def __post_init__(self) -> None:
        if self.images < 1:
            raise ValueError(f"a survey asks about 1 image or more, not {self.images}")
        if not self.kinds or not set(self.kinds) <= set(SURVEY_KINDS):
            raise ValueError(f"kinds must be some of {SURVEY_KINDS}: {self.kinds}")
        if self.classes == () or not self.states:
            raise ValueError("a survey needs classes and states of images")


@dataclass(slots=True)
class SurveyReport:
    """`images` and `answers` are those of this run, `kept` answers that were there before.

    `survey` is None where nothing was ever answered. `failed` says of each image without all its
    answers what was wrong: the photo, or the server.
    """

    survey: Survey | None
    images: int = 0
    answers: int = 0
    kept: int = 0
    failed: list[UserError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    elapsed_s: float = 0.0


def run_survey(
    project: Project,
    chat: Chat,
    options: SurveyOptions,
    *,
    actor: str,
    on_progress: OnProgress = ignore_progress,
    stop: Stop | None = None,
) -> SurveyReport:
    """Asks what has not been answered yet of the survey with these options and that model.

    Each image is saved as soon as it is answered, so a survey that was stopped, even killed, goes
    on where it was. A photo that can't be read, or that the server has no answer for, is told and
    the rest goes on. Raises UserError when there is nothing to ask about, the server sees no
    pictures, or can't be used (any longer); and Cancelled once a `stop` was requested. Ended early,
    by whatever, it requests `stop` itself, so that nothing goes on being asked.
    """
    stop = stop or Stop()
    run, server = _begin(project, chat, options), chat.server
    on_progress(Progress(0, run.images))
    began_s = time.monotonic()
    silent = 0
    with closing(run.surveyor.answered(run.waiting, stop)) as coming:
        for done, answered in enumerate(coming, 1):
            _save(project, run, answered, actor=actor, server=server)
            silent = silent + 1 if answered.server_trouble else 0
            _give_up(answered.server_trouble, silent, server)
            on_progress(Progress(done, run.images, answered.image.path))
    run.report.elapsed_s = time.monotonic() - began_s
    return run.report


@dataclass(frozen=True, slots=True)
class _Run:
    """`waiting` are the images, as many as `images`, that something is still to be asked of."""

    key: SurveyKey
    surveyor: Surveyor
    waiting: Iterator[ToAsk]
    images: int
    report: SurveyReport


def _begin(project: Project, chat: Chat, options: SurveyOptions) -> _Run:
    target_for(chat.server)
    classes = project.classes.all()
    wanted = _wanted(options.classes, classes)
    chosen, topics = _plan(project, options, wanted)
    writer = writer_for(project, options.language)
    key, attempt = _key(project, chat.model(), chat.server, writer, options, wanted)
    survey = project.surveys.find(key)
    done = frozenset() if survey is None else project.surveys.asked(survey.id)
    left = {
        image_id: tuple(topic for topic in each if (image_id, topic) not in done)
        for image_id, each in topics.items()
    }
    images = [image for image in chosen if left.get(image.id)]
    kept = sum(map(len, topics.values())) - sum(map(len, left.values()))
    return _Run(
        key,
        Surveyor(chat, writer, classes, attempt=attempt, enlarge=options.enlarge),
        _to_ask(project, images, left, findings=options.findings),
        len(images),
        SurveyReport(survey, kept=kept, notes=list(_notes(wanted, topics, options))),
    )


def _notes(
    wanted: Sequence[LabelClass], topics: Mapping[int, Sequence[Topic]], options: SurveyOptions
) -> Iterator[str]:
    asked_about = {topic.class_id for each in topics.values() for topic in each}
    unseen = [c.name for c in wanted if c.id not in asked_about]
    if unseen and ("presence" in options.kinds or options.classes is not None):
        yield f"Not asked about, since none of the images shows it: {', '.join(unseen)}."


def _wanted(names: Sequence[str] | None, classes: Sequence[LabelClass]) -> list[LabelClass]:
    """In the project's order."""
    if names is None:
        return list(classes)
    found = {name: find_class(name, classes) for name in names}
    strangers = [name for name, c in found.items() if c is None]
    if strangers:
        raise UserError(
            f"The project has no class {', '.join(strangers)}.",
            hint=f"Its classes are: {', '.join(c.name for c in classes) or 'none'}.",
        )
    return [c for c in classes if c in found.values()]


def _plan(
    project: Project, options: SurveyOptions, wanted: Sequence[LabelClass]
) -> tuple[list[Image], dict[int, tuple[Topic, ...]]]:
    """The images, and by id of each what is asked about it."""
    images = labelled_images(project, options.states)
    if not images:
        states = " or ".join(STATE_WORDS[state] for state in options.states)
        raise UserError(
            f"There is nothing to ask about: no image that is {states} has boxes or is normal.",
            hint="Label and submit images first, or name other states with --states.",
        )
    classes_on, ids = project.annotations.classes_by_image(), [c.id for c in wanted]
    chosen = chosen_images(images, classes_on, ids, count=options.images, seed=options.seed)
    topics = asked_topics(
        chosen,
        classes_on,
        ids,
        kinds=options.kinds,
        by_class=options.classes is not None,
        seed=options.seed,
    )
    return chosen, topics


def _key(
    project: Project,
    model: str,
    server: ChatServer,
    writer: Writer,
    options: SurveyOptions,
    wanted: Sequence[LabelClass],
) -> tuple[SurveyKey, int]:
    """Of the survey with these options that was begun last, or `again` of the next one; and how
    many were begun before it."""
    settings: dict[str, object] = {
        "images": options.images,
        "seed": options.seed,
        "classes": None if options.classes is None else [c.id for c in wanted],
        "kinds": sorted(options.kinds),
        "findings": options.findings,
        "states": sorted(options.states),
        "questions": writer.questions.name,
    }
    if can_enlarge(server) and not options.enlarge:  # else it is the survey that it always was
        settings["enlarge"] = False

    def numbered(attempt: int) -> SurveyKey:
        told = settings | {"attempt": attempt}
        return SurveyKey(model, server.vlm, writer.questions.language, told)

    begun = next(n for n in count() if project.surveys.find(numbered(n)) is None)
    attempt = begun if options.again else max(begun - 1, 0)
    return numbered(attempt), attempt


def _to_ask(
    project: Project,
    images: Sequence[Image],
    left: Mapping[int, tuple[Topic, ...]],
    *,
    findings: bool,
) -> Iterator[ToAsk]:
    """Read in batches, as they are needed."""
    classes, imports = project.classes.all(), project.runs.imports()
    for batch in batches(images, _BATCH):
        facts = facts_of_images(project, batch, classes)
        drawn = project.annotations.of_images(facts) if findings else {}
        for image in batch:
            found = findings_of(drawn.get(image.id, ()), imports)
            photo = project.locate(image.path)
            yield ToAsk(image, photo, facts[image.id], left[image.id], found)


def _save(
    project: Project, run: _Run, answered: Answered, *, actor: str, server: ChatServer
) -> None:
    report = run.report
    for reply in answered.replies:
        report.usage = report.usage.with_reply(reply, server)
    if trouble := answered.photo_trouble or answered.server_trouble:
        what = trouble.what if answered.photo_trouble else f"{answered.image.path}: {trouble.what}"
        report.failed.append(UserError(what, hint=trouble.hint))
    if not answered.answers:
        return
    with project.transaction():
        report.survey = project.surveys.open(run.key, name=run.key.model, actor=actor)
        project.surveys.put(report.survey.id, answered.answers)
    report.images += 1
    report.answers += len(answered.answers)


def _give_up(trouble: UserError | None, silent: int, server: ChatServer) -> None:
    """Raises UserError where there is no sense in asking on."""
    if isinstance(trouble, ServerUnusableError):
        raise ServerUnusableError(trouble.what, hint=f"{trouble.hint} {_SAVED}") from trouble
    if trouble is not None and silent >= _IN_A_ROW:
        raise UserError(
            f"The server {server.name} had no answer for {silent} images in a row, the last time: "
            f"{trouble.what}",
            hint=f"{trouble.hint} {_SAVED}",
        ) from trouble
