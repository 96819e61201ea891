"""`flawmark questions`"""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder
from app.console import out, print_json
from app.core.language import LANGUAGES, Language
from app.core.questions import SECTIONS, QuestionSet, Section
from app.services.create import load_label_set
from app.services.environment import person
from app.services.learning import learn as learn_classes
from app.services.questions import (
    add_questions,
    checked_questions,
    choose,
    chosen_name,
    chosen_seed,
    list_questions,
    questions_yaml,
    read_questions,
    remove_questions,
    strange_to,
)
from app.storage.project import Project

SetName = Annotated[str, typer.Argument(metavar="NAME", help="The question set's name.")]
SetFile = Annotated[Path, typer.Argument(metavar="FILE", help="YAML, as `show` prints it.")]
OfProject = Annotated[
    Path | None, typer.Option("--project", metavar="PROJECT", help="With the project's own.")
]
SetLanguage = Annotated[Language, typer.Option("--lang", help="The language that it is in.")]

questions = typer.Typer(
    help="Question sets: the phrasings that multimodal records are written from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@questions.command("list")
def list_(project: OfProject = None, as_json: AsJson = False) -> None:
    """List the question sets that ship, and a project's own."""
    used = seed = None
    if project is None:
        entries = list_questions()
    else:
        with Project.open(project) as opened:
            entries = list_questions(opened)
            used, seed = chosen_name(opened), chosen_seed(opened)
    if as_json:
        print_json([asdict(entry) | {"is_used": entry.name == used} for entry in entries])
        return
    table = Table("question set", "language", "changed by", "at")
    for entry in entries:
        by = "as it ships" if entry.changed_by is None else entry.changed_by
        # As text: a name may look like markup.
        table.add_row(Text(entry.name), entry.language, Text(by), Text(entry.changed_at or ""))
    out.print(table)
    if used is not None:
        out.print(f"The project asks by {used!r}, with the seed {seed}.", markup=False)


@questions.command()
def show(name: SetName, language: SetLanguage = "en", project: OfProject = None) -> None:
    """Print a question set as the YAML that `add` takes."""
    if project is None:
        sys.stdout.write(questions_yaml(name, language))
        return
    with Project.open(project) as opened:
        sys.stdout.write(questions_yaml(name, language, opened))


@questions.command()
def check(file: SetFile) -> None:
    """Say whether a file can be used, and how many phrasings it has of each kind."""
    found = checked_questions(read_questions(file), source=str(file))
    out.print(_phrasings(found))
    unasked = [name for name in SECTIONS if name not in found.sections]
    if unasked:
        out.print(f"Nothing is asked of: {', '.join(unasked)}.", markup=False)
    out.print(f"{found.name!r} ({found.language}) can be used.", markup=False)


def _phrasings(found: QuestionSet) -> Table:
    table = Table("section", "questions", "answers")
    for name, section in found.sections.items():
        _add_counts(table, name, section, SECTIONS[name].answers)
    for stage in found.stages:
        for name, section in stage.sections.items():
            _add_counts(table, f"{name} ({stage.tag})", section, section.answers)
    return table


def _add_counts(table: Table, name: str, section: Section, situations: Iterable[str]) -> None:
    counts = [f"{each} {len(section.answers.get(each, ()))}" for each in situations]
    # As text: a stage's tag may look like markup.
    table.add_row(Text(name), str(len(section.questions)), ", ".join(counts) or "the boxes")


@questions.command()
def add(project: ProjectFolder, file: SetFile) -> None:
    """Keep a question set in the project, in the place of any other of its name and language."""
    yaml = read_questions(file)
    with Project.open(project) as opened:
        added = add_questions(opened, yaml, source=str(file), actor=person())
        strange = strange_to(opened, added)
    out.print(
        f"The project has the question set {added.name!r} ({added.language}) now.", markup=False
    )
    for note in strange:
        out.print(f"{note} Is it spelled so?", markup=False)


@questions.command()
def remove(project: ProjectFolder, name: SetName, language: SetLanguage = "en") -> None:
    """Take one of the project's own question sets out. What was written from it stays."""
    with Project.open(project) as opened:
        remove_questions(opened, name, language)
    out.print(f"The question set {name!r} ({language}) is removed.", markup=False)


@questions.command()
def use(
    project: ProjectFolder,
    name: SetName,
    seed: Annotated[
        int | None,
        typer.Option(help="Another number chooses other phrasings. Without it: as before."),
    ] = None,
) -> None:
    """Ask by this question set from now on."""
    with Project.open(project) as opened:
        choose(opened, name, seed=seed)
        there = {entry.language for entry in list_questions(opened) if entry.name == name}
        now = chosen_seed(opened)
    languages = ", ".join(language for language in LANGUAGES if language in there)
    out.print(f"The project asks by {name!r} ({languages}), with the seed {now}.", markup=False)


@questions.command()
def learn(
    project: ProjectFolder,
    label_set: Annotated[
        str, typer.Argument(metavar="LABEL_SET", help="One that ships, or a YAML file.")
    ],
) -> None:
    """Fill what classes lack of Chinese name, definition and process knowledge from a label set."""
    known = load_label_set(label_set)
    with Project.open(project) as opened:
        changed = learn_classes(opened, known, actor=person())
    names = ", ".join(c.name for c in changed)
    out.print(f"Learned about: {names}." if changed else "There is nothing to learn.", markup=False)
