"""`flawmark reword`"""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder
from app.commands.record_options import Lang, chosen, languages
from app.console import SHOWN_PROBLEMS, counted, err, list_problems, out, print_json, steps
from app.conversations.rewording.requests import first_request
from app.conversations.rewording.turns import PROSE_KINDS, How
from app.core.chat import ChatServer, Usage
from app.core.stopping import Stop
from app.services.chat_servers import chat_with, find_server
from app.services.conversation_writing import writers_for
from app.services.reword import RewordReport
from app.services.reword import reword as run_reword
from app.services.reword_plan import Plan, RewordOptions, plan_rewording
from app.services.selection import select
from app.storage.project import Project

_KINDS = ", ".join(PROSE_KINDS)

Server = Annotated[
    str | None, typer.Option(help="A name that `flawmark servers` lists; else the first.")
]
Way = Annotated[
    How,
    typer.Option(
        help="rephrase: question and answer in other words. draft: the answer anew, from the labels"
        " and, where the model sees, the photo."
    ),
]
Kinds = Annotated[
    str | None, typer.Option(help=f"Some of {_KINDS}, separated by commas.", show_default="all")
]


def reword(
    project: ProjectFolder,
    server: Server = None,
    how: Way = "rephrase",
    kinds: Kinds = None,
    lang: Lang = None,
    share: Annotated[float, typer.Option(min=0, max=1, help="Only this share of them.")] = 1.0,
    images: Annotated[
        int | None, typer.Option(min=1, help="Only on so many images.", show_default="all")
    ] = None,
    again: Annotated[
        bool, typer.Option(help="Also turns that a model has worded, from other phrasings.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing: say what would be sent.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let a language model put questions and answers better; what disagrees with the labels is
    refused. Boxes, and what people wrote or approved, are left alone."""
    wanted = PROSE_KINDS if kinds is None else chosen(kinds, PROSE_KINDS, "--kinds")
    options = RewordOptions(how, wanted, share, images, again)
    asked, stop = find_server(server), Stop()
    with Project.open(project) as opened, steps() as step:
        writers = writers_for(opened, languages(lang) or ("en",))
        labelled = select(opened).images
        if dry_run:
            plan = plan_rewording(opened, labelled, writers, options)
        else:
            chat = chat_with(asked, opened.folder / "cache", stop=stop)
            report = run_reword(
                *(opened, labelled, writers, chat, options),
                on_progress=step.begin("Turns"),
                stop=stop,
            )
    if dry_run:
        _say_plan(plan, options, asked, as_json=as_json)
    elif as_json:
        print_json(asdict(report))
    else:
        _say(report, asked)


def _say(report: RewordReport, server: ChatServer) -> None:
    list_problems(report.failed, title="Turns without an answer")
    reasons = dict.fromkeys(refused.reason for refused in report.refused)
    for reason in reasons:
        alike = [refused for refused in report.refused if refused.reason == reason]
        err.print(Text(f"refused: {reason}, {counted(len(alike), 'time')}", style="yellow"))
        for each in alike[:SHOWN_PROBLEMS]:
            where = f"{each.image} ({each.language}), question {each.turn}"
            err.print(Text(f"  {where}: {each.what}"))
        if len(alike) > SHOWN_PROBLEMS:
            err.print(Text(f"  … and {len(alike) - SHOWN_PROBLEMS} more (all with --json)"))
    overtaken = f", {report.overtaken} changed meanwhile" if report.overtaken else ""
    out.print(
        f"{counted(report.accepted, 'turn')} worded anew, {len(report.refused)} refused, "
        f"{len(report.failed)} without an answer{overtaken}."
    )
    out.print(Text(_used(report.usage, server), style="dim"))


def _used(usage: Usage, server: ChatServer) -> str:
    cost = f", cost {usage.cost:.4f}" if server.price_in or server.price_out else ""
    return (
        f"{server.name}: {counted(usage.asked, 'request')}, "
        f"answers kept from before: {usage.kept}, "
        f"{usage.tokens_in} + {usage.tokens_out} tokens{cost}"
    )


def _say_plan(plan: Plan, options: RewordOptions, server: ChatServer, *, as_json: bool) -> None:
    messages = [] if plan.first is None else first_request(plan.first, options.how)
    shown = [f"{message.role}: {message.text}" for message in messages]
    if as_json:
        turns = dict(plan.turns)
        print_json({"images": plan.images, "turns": turns, "url": server.url, "first": shown})
        return
    kinds = ", ".join(f"{n} {kind}" for kind, n in plan.turns.items())
    turns_of = f"{counted(plan.total, 'turn')} of {counted(plan.images, 'image')}"
    out.print(Text(f"{turns_of} would be sent to {server.url}."))
    if shown:
        out.print(Text(f"By kind: {kinds}. The first:\n"))
        out.print(Text("\n\n".join(shown)))
