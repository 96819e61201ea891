"""`flawmark survey`"""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.commands.survey_words import as_json as told_as_json
from app.commands.survey_words import print_measured, say_run
from app.console import list_problems, out, print_json, steps
from app.core.image import STATES, State
from app.core.language import LANGUAGES, Language
from app.core.stopping import Stop
from app.core.survey import SURVEY_KINDS, SurveyKind
from app.services.chat_servers import chat_with, find_server
from app.services.environment import person
from app.services.survey import SurveyOptions, SurveyReport, run_survey
from app.services.survey_results import FINISHED, find_survey, measure, write_differing
from app.storage.project import Project


def survey(
    project: ProjectFolder,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="With --show: which one; else the last.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Ask nothing: measure what was answered before.")
    ] = False,
    server: Annotated[
        str | None, typer.Option(help="A name that `flawmark servers` lists; else the first.")
    ] = None,
    images: Annotated[int, typer.Option(min=1, help="Ask about at most so many images.")] = 200,
    seed: Annotated[int, typer.Option(help="Another number chooses other images.")] = 0,
    classes: Annotated[
        str | None,
        typer.Option(help="Only these, separated by commas; boxes are then asked for one by one."),
    ] = None,
    kinds: Annotated[
        str, typer.Option(help=f"Some of {','.join(SURVEY_KINDS)}, separated by commas.")
    ] = ",".join(SURVEY_KINDS),
    lang: Annotated[str, typer.Option(help=f"One of {', '.join(LANGUAGES)}.")] = "en",
    findings: Annotated[
        bool, typer.Option("--findings", help="Tell it what models have drawn on each photo.")
    ] = False,
    enlarge: Annotated[
        bool,
        typer.Option(
            help="Show it small photos as large as --bake would write them (Qwen2.5-VL alone)."
        ),
    ] = True,
    states: Annotated[
        str, typer.Option(help="Only images in these states, separated by commas.")
    ] = ",".join(FINISHED),
    again: Annotated[
        bool, typer.Option("--again", help="A survey of its own where the same was asked before.")
    ] = False,
    csv: Annotated[
        Path | None, typer.Option(help="Write where VLM and labels disagree into this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a VLM whether and where defects are on labelled images, and measure its answers."""
    if name is not None and not show:
        raise typer.BadParameter("NAME goes with --show")
    options = SurveyOptions(
        images=images,
        seed=seed,
        classes=None if classes is None else tuple(_words(classes)),
        kinds=_kinds(kinds),
        language=_language(lang),
        findings=findings,
        enlarge=enlarge,
        states=_states(states),
        again=again,
    )
    with Project.open(project) as opened:
        report = None if show else _run(opened, options, server)
        chosen = report.survey if report else find_survey(opened, name)
        measured = None if chosen is None else measure(opened, chosen)
        if csv is not None and measured is not None:
            write_differing(measured, csv)
    if as_json:
        print_json(told_as_json(measured, report))
        return
    if report is not None:
        say_run(report)
    if measured is not None:
        print_measured(measured)
    if csv is not None and measured is not None:
        out.print(f"{csv}: where they disagree.", markup=False)


def _run(project: Project, options: SurveyOptions, server: str | None) -> SurveyReport:
    stop, chosen = Stop(), find_server(server)
    chat = chat_with(chosen, project.folder / "cache", stop=stop)
    with steps() as step:
        progress = step.begin(f"Asking {chosen.name}")
        report = run_survey(project, chat, options, actor=person(), on_progress=progress, stop=stop)
    list_problems([e.what for e in report.failed], title="Images without an answer")
    return report


def _words(text: str) -> list[str]:
    found = [word.strip() for word in text.split(",") if word.strip()]
    if not found:
        raise typer.BadParameter("--classes wants names, separated by commas")
    return found


def _kinds(text: str) -> tuple[SurveyKind, ...]:
    chosen = tuple(kind for kind in SURVEY_KINDS if kind in _split(text))
    if set(chosen) != set(_split(text)):
        raise typer.BadParameter(f"--kinds wants some of {','.join(SURVEY_KINDS)}, not {text}")
    return chosen


def _states(text: str) -> tuple[State, ...]:
    chosen = tuple(state for state in STATES if state in _split(text))
    if set(chosen) != set(_split(text)):
        raise typer.BadParameter(f"--states wants some of {','.join(STATES)}, not {text}")
    return chosen


def _language(text: str) -> Language:
    found = next((language for language in LANGUAGES if language == text), None)
    if found is None:
        raise typer.BadParameter(f"--lang wants one of {', '.join(LANGUAGES)}, not {text}")
    return found


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]
