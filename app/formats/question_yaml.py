"""Question sets as YAML that people write; every error names the line that it is in."""

from collections.abc import Collection, Mapping
from typing import NoReturn, TypeVar, cast

from app.core.errors import UserError
from app.core.language import LANGUAGES, Language
from app.core.questions import (
    CORRECTIONS,
    SECTIONS,
    SYSTEM,
    Phrasing,
    QuestionSet,
    Section,
    SectionForm,
    Stage,
)
from app.formats.fitting import short
from app.formats.plain_yaml import Marked, load_marked

_Key = TypeVar("_Key", bound=str)


def question_set_from_yaml(text: str, *, source: str) -> QuestionSet:
    """`source` names the text in errors. Nothing looks into the templates here.

    Raises UserError that names the source, the line and what is wrong in it.
    """
    hint = "Texts that begin with { or hold a colon must be in quotes."
    try:
        content = load_marked(text)
        hint = "`flawmark questions show surface --lang en` prints a set to start from."
        return _question_set(content, source)
    except ValueError as e:
        raise UserError(f"The question set {source} can't be used: {e}.", hint=hint) from e


def _question_set(content: Marked, source: str) -> QuestionSet:
    fields = _fields(
        content,
        "the question set",
        ("name", "language", "system", "corrections", "sections", "stages"),
        needed=("name", "language", "system", "sections"),
    )
    system = _fields(fields["system"], "system", SYSTEM, needed=("prose", "localisation"))
    sections = _fields(fields["sections"], "sections", SECTIONS)
    if not sections:
        _refuse(fields["sections"], "there must be at least one section")
    corrections = fields.get("corrections")
    return QuestionSet(
        name=_line_of_text(fields["name"], "name"),
        language=_language(fields["language"]),
        system=_phrasings_by_name(system, "system"),
        corrections=_phrasings_by_name(
            _fields(corrections, "corrections", CORRECTIONS) if corrections else {}, "corrections"
        ),
        sections={name: _whole_section(name, each) for name, each in sections.items()},
        stages=_stages(fields["stages"]) if "stages" in fields else (),
        source=source,
    )


def _whole_section(name: str, content: Marked) -> Section:
    """One that asks and answers; without either it could never be used."""
    section = _section(name, content)
    if not section.questions:
        _refuse(content, f"the section {name} has no questions")
    if SECTIONS[name].answers and not section.answers:
        _refuse(content, f"the section {name} has no answers")
    return section


def _section(name: str, content: Marked) -> Section:
    form: SectionForm = SECTIONS[name]
    fields = _fields(content, name, ("questions", "answers") if form.answers else ("questions",))
    questions, answers = fields.get("questions"), fields.get("answers")
    place = f"{name}.answers"
    return Section(
        _phrasings(questions, f"{name}.questions") if questions else (),
        _phrasings_by_name(_fields(answers, place, form.answers), place) if answers else {},
    )


def _stages(content: Marked) -> tuple[Stage, ...]:
    stages: dict[str, Stage] = {}
    for entry in _list(content, "stages"):
        stage = _stage(entry)
        if stage.tag in stages:
            _refuse(entry, f"there are two stages with the tag {short(stage.tag)}")
        stages[stage.tag] = stage
    return tuple(stages.values())


def _stage(content: Marked) -> Stage:
    fields = _fields(content, "a stage", ("tag", "never", "sections"), needed=("tag",))
    never, given = fields.get("never"), fields.get("sections")
    sections = _fields(given, "sections", SECTIONS) if given else {}
    return Stage(
        tag=_line_of_text(fields["tag"], "tag"),
        never=tuple(_line_of_text(each, "a class") for each in _list(never, "never"))
        if never
        else (),
        sections={name: _section(name, each) for name, each in sections.items()},
    )


def _phrasings_by_name(
    lists: Mapping[_Key, Marked], place: str
) -> dict[_Key, tuple[Phrasing, ...]]:
    return {name: _phrasings(each, f"{place}.{name}") for name, each in lists.items()}


def _phrasings(content: Marked, place: str) -> tuple[Phrasing, ...]:
    return tuple(_phrasing(each, place) for each in _list(content, place))


def _phrasing(content: Marked, place: str) -> Phrasing:
    if not isinstance(content.value, str):
        _refuse(content, f"a phrasing of {place} must be text; put it in quotes")
    if content.reads_as:
        _refuse(content, f"a phrasing of {place} is {content.reads_as}; put it in quotes")
    text = content.value.strip()
    if text.splitlines() != [text]:
        _refuse(content, f"a phrasing of {place} must be one paragraph, and not empty")
    return Phrasing(text, content.line)


def _fields(
    content: Marked, place: str, known: Collection[_Key], *, needed: tuple[str, ...] = ()
) -> dict[_Key, Marked]:
    if not isinstance(content.value, dict):
        _refuse(content, f"{place} must hold fields: {', '.join(known)}")
    for name, value in content.value.items():
        if name not in known:
            there_is = ", ".join(known)
            _refuse(value, f"{place} has an unknown field {short(name)}; there is {there_is}")
    for name in needed:
        if name not in content.value:
            _refuse(content, f"{place} has no field {name!r}")
    return cast("dict[_Key, Marked]", content.value)


def _list(content: Marked, place: str) -> list[Marked]:
    if not isinstance(content.value, list) or not content.value:
        _refuse(content, f"{place} must be a list of at least one")
    return content.value


def _line_of_text(content: Marked, field: str) -> str:
    text = content.value
    if not isinstance(text, str) or not text.strip() or text.splitlines() != [text]:
        _refuse(content, f"{field} must be a text on one line")
    return text


def _language(content: Marked) -> Language:
    for language in LANGUAGES:
        if content.value == language:
            return language
    _refuse(content, f"language must be one of {', '.join(LANGUAGES)}")


def _refuse(content: Marked, why: str) -> NoReturn:
    raise ValueError(f"line {content.line}: {why}")
