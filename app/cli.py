"""The command line: which commands there are, and where each is found."""

from collections import UserDict
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS = {
    "new": "app.commands.new:new",
    "import": "app.commands.import_:import_",
    "relink": "app.commands.relink:relink",
    "prelabel": "app.commands.prelabel:prelabel",
    "similar": "app.commands.similar:similar",
    "carry": "app.commands.carry:carry",
    "models": "app.commands.models:models",
    "recipes": "app.commands.recipes:recipes",
    "questions": "app.commands.questions:questions",
    "disagreements": "app.commands.disagreements:disagreements",
    "status": "app.commands.status:status",
    "report": "app.commands.report:report",
    "merge": "app.commands.merge:merge",
    "people": "app.commands.people:people",
    "assign": "app.commands.assign:assign",
    "review": "app.commands.review:review",
    "sampling": "app.commands.sampling:sampling",
    "second": "app.commands.second:second",
    "classes": "app.commands.classes:classes",
    "balance": "app.commands.balance:balance",
    "split": "app.commands.split:split",
    "export": "app.commands.export:export",
    "targets": "app.commands.targets:targets",
    "converse": "app.commands.converse:converse",
    "check": "app.commands.check:check",
    "reword": "app.commands.reword:reword",
    "ask": "app.commands.ask:ask",
    "survey": "app.commands.survey:survey",
    "servers": "app.commands.servers:servers",
    "doctor": "app.commands.doctor:doctor",
    "demo": "app.commands.demo:demo",
    "blind": "app.commands.blind:blind",
    "open": "app.commands.open:open_",
}
"""Name → "module:function" or "module:group of them", imported when it is called: the window need
not wait for the rest."""


class _Commands(UserDict[str, Any]):
    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        module, _, function = self.data[name].partition(":")
        found = getattr(import_module(module), function)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            group.name = name
            return group
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(found)
        command = typer.main.get_command(alone)
        assert isinstance(command, TyperCommand)
        return command


cli = typer.Typer(
    name="flawmark",
    help="A bench for labelling photos of industrial surfaces: models draw, people correct.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@cli.callback()
def _group() -> None:
    """Makes it a group, though no command is loaded yet."""


def command_line() -> TyperGroup:
    """Reads the arguments of the process when it is called. Any command may raise UserError."""
    group = typer.main.get_command(cli)
    assert isinstance(group, TyperGroup)
    group.commands = _Commands(COMMANDS)
    return group
