"""`flawmark servers`: the servers of language models that this machine knows."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from app.commands.given import AsJson
from app.console import err, out, print_json
from app.core.chat import ChatServer
from app.services.chat_servers import (
    add_server,
    changed_server,
    find_server,
    list_servers,
    prefer_server,
    remove_server,
    servers_file,
)
from app.services.server_trial import ServerTrial, try_server

servers = typer.Typer(
    name="servers",
    help="Servers of language models (vLLM, SGLang, LM Studio): add, remove and try them.",
    invoke_without_command=True,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `flawmark servers` names it.")]
MaybeName = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="As `flawmark servers` names it; the first.")
]


@servers.callback()
def _all(context: typer.Context, as_json: AsJson = False) -> None:
    """List the servers; nothing is sent to them."""
    if context.invoked_subcommand is None:
        list_(as_json=as_json)


@servers.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the servers; nothing is sent to them."""
    known = list_servers()
    if as_json:
        print_json([asdict(server) for server in known])
        return
    if not known:
        out.print("No server is configured: `flawmark servers add NAME URL` adds one.")
        return
    table = Table("server", "address", "model", "VLM", "key from")
    for server in known:
        vlm = server.vlm or "texts alone"
        cells = server.name, server.url, server.model or "its only one", vlm, server.key_variable
        table.add_row(*map(Text, cells))  # as text: a name may look like markup
    out.print(table)
    out.print(f"Where none is named, {known[0].name} is meant.", markup=False)
    out.print(f"The list is {servers_file()}.", markup=False)


@servers.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="As http://127.0.0.1:8000/v1.")],
    model: Annotated[
        str | None, typer.Option(help='What the server calls the model; "" for its only one.')
    ] = None,
    vlm: Annotated[
        str | None,
        typer.Option(help="The VLM it belongs to, as `flawmark targets` lists; it sees pictures."),
    ] = None,
    key_variable: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The environment variable that holds the key."),
    ] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds for an answer (60).")] = None,
    retries: Annotated[int | None, typer.Option(help="Tries after the first (2).")] = None,
    at_once: Annotated[int | None, typer.Option(help="Requests at a time (4).")] = None,
    price_in: Annotated[float | None, typer.Option(help="Of a million tokens sent.")] = None,
    price_out: Annotated[float | None, typer.Option(help="Of a million tokens answered.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a server, or change one: what isn't given stays. Nothing is sent to it."""
    server = changed_server(
        name,
        url,
        {
            "model": model,
            "vlm": vlm,
            "key_variable": key_variable,
            "timeout_s": timeout,
            "retries": retries,
            "at_once": at_once,
            "price_in": price_in,
            "price_out": price_out,
        },
    )
    add_server(server)
    if as_json:
        print_json(asdict(server))
        return
    out.print(f"{server.name} is known: {server.url}.", markup=False)
    _warn(server)
    out.print(f"Try it: flawmark servers test {server.name}", markup=False)


@servers.command()
def remove(name: Name) -> None:
    """Forget a server. Answers that it gave stay in the projects' caches."""
    removed = remove_server(name)
    out.print(f"{removed.name} is forgotten.", markup=False)


@servers.command()
def use(name: Name) -> None:
    """Take a server where none is named."""
    chosen = prefer_server(name)
    out.print(f"Where no server is named, {chosen.name} is meant.", markup=False)


@servers.command("test")
def try_(name: MaybeName = None, as_json: AsJson = False) -> None:
    """Ask a server for its models, for a word, and for the colour of a picture."""
    server = find_server(name)
    with err.status(Text(f"Trying {server.name} …")):
        trial = try_server(server)
    if as_json:
        print_json(_as_json(server, trial))
        return
    out.print(f"{server.name} answers: {trial.model}, in {trial.answer_s:.1f} s.", markup=False)
    out.print(f"Its models: {', '.join(trial.models)}", markup=False)
    if trial.sees:
        out.print(f"It sees pictures; boxes are read as {server.vlm} writes them.", markup=False)
    else:
        out.print(trial.note, markup=False)


def _warn(server: ChatServer) -> None:
    if server.is_on_this_machine or server.url.startswith("https:"):
        return
    what = "The key, photos and texts go" if server.key_variable else "Photos and texts go"
    out.print(f"{what} there unencrypted: fine in a network that you trust, nowhere else.")


def _as_json(server: ChatServer, trial: ServerTrial) -> dict[str, Any]:
    return {"server": server.name, **asdict(trial)}
