"""`flawmark models`: the shelf of models."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from app.commands.given import AsJson
from app.console import list_problems, out, print_json, steps
from app.services.add_model import AddRequest, add_model
from app.services.environment import cache_folder, models_folder, person, trusted_folders
from app.services.model_list import list_models, listed_model
from app.services.model_trial import try_model
from app.services.shelf import Shelf, ShelfModel
from app.services.shelf_card import Trial
from backends.base import BACKENDS

models = typer.Typer(
    name="models", help="Which models there are; add, remove and try them.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `flawmark models list` names it.")]


@models.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show the models that ship and those on the shelf."""
    shelf = Shelf(models_folder())
    found = list_models(shelf)
    if as_json:
        print_json([_as_json(model) for model in found])
        return
    for model in found:
        _say(model)
    list_problems([m.problem for m in found if m.problem], title="Models that can't be used")
    out.print(f"The shelf is {shelf.folder}.", markup=False)


@models.command()
def add(
    what: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="A weight file or folder; or hf:OWNER/NAME, hf:OWNER/NAME/FILE."
        ),
    ],
    name: Annotated[str | None, typer.Option(help="What to call it; else as its file.")] = None,
    in_place: Annotated[
        bool, typer.Option(help="Leave the weights where they are instead of copying them.")
    ] = False,
    from_hub: Annotated[
        bool, typer.Option("--download", help="Fetch it from the hub: the only thing that does.")
    ] = False,
    bert: Annotated[
        str | None,
        typer.Option(help="The BERT folder of an original GroundingDINO; or hf:OWNER/NAME."),
    ] = None,
    sha256: Annotated[str | None, typer.Option(help="What the weights must hash to.")] = None,
    licence: Annotated[str | None, typer.Option(help="What it may be used for.")] = None,
    trust: Annotated[
        bool, typer.Option(help="Vouch for weights that can run code: know who made them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a model on the shelf, from a file or, with --download, from a hub."""
    request = AddRequest(
        what,
        name=name,
        in_place=in_place,
        from_hub=from_hub,
        bert=bert,
        sha256=sha256,
        licence=licence,
        trust=trust,
        trusted_folders=trusted_folders(),
    )
    with steps() as step:
        added = add_model(Shelf(models_folder()), request, by=person(), on_step=step.begin)
    if as_json:
        print_json(_as_json(added))
        return
    kept = "stays where it is" if added.is_in_place else "is on the shelf"
    out.print(f"{added.name} ({_title(added)}, {_size(added)}) {kept}.", markup=False)
    for lacking in added.missing:
        out.print(f"It can't be used yet: it lacks {lacking}.", markup=False)
    if not added.is_trusted:
        out.print(
            "Opening it can run any code that its maker put inside, so that isn't done yet. If you "
            f"know where it comes from: flawmark models trust {added.name}",
            markup=False,
        )


@models.command()
def trust(name: Name) -> None:
    """Vouch for a model whose weights can run code."""
    shelf = Shelf(models_folder())
    shelf.trust(name, by=person())
    out.print(f"{name} is trusted; {person()} vouches for it.", markup=False)


@models.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """Take a model off the shelf. Weights that were left in place stay."""
    removed = Shelf(models_folder()).remove(name)
    if as_json:
        print_json(_plain(asdict(removed)))
        return
    out.print(
        f"{removed.name} is off the shelf, {removed.freed_bytes / 1e6:.1f} MB freed.", markup=False
    )
    if removed.left_at is not None:
        out.print(f"Its weights stay at {removed.left_at}.", markup=False)


@models.command("test")
def try_(
    name: Name,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")] = "auto",
    as_json: AsJson = False,
) -> None:
    """Load a model and run it on a synthetic photo: does it work here, and how fast?"""
    shelf = Shelf(models_folder())
    model = listed_model(shelf, name)
    trial = try_model(model, cache=cache_folder(), device=device)
    shelf.remember_trial(model.name, trial)
    if as_json:
        print_json(_plain(asdict(trial)))
        return
    for note in trial.notes:
        out.print(note, markup=False)
    out.print(
        f"{model.name} works: {_speed(trial)} with {trial.device}, loaded in {trial.load_s:.1f} s.",
        markup=False,
    )
    if trial.class_names:
        out.print(f"Classes: {', '.join(trial.class_names)}", markup=False)


def _say(model: ShelfModel) -> None:
    title = f": {_title(model)}, {_size(model)}, {_state(model)}"
    out.print(Text.assemble((model.name, "bold"), title))
    details = {
        "speed here": _speed(model.trial),
        "needs": ", ".join(model.needs) or "nothing more",
        "licence": model.licence or "not stated",
        "from": model.source,
        "sha256": model.weights_hash if model.weights else "",
    }
    for what, text in details.items():
        if text:
            out.print(Text(f"  {what:<11}{text}"))


def _title(model: ShelfModel) -> str:
    return f"{BACKENDS[model.family].title} {model.variant}" if model.family else "?"


def _size(model: ShelfModel) -> str:
    return f"{model.size_bytes / 1e6:.1f} MB" if model.weights else "no weights"


def _speed(trial: Trial | None) -> str:
    if trial is None:
        return "not tested"
    if trial.click_ms:
        ahead = f"{trial.photo_ms:.0f} ms a photo, then " if trial.photo_ms >= 1 else ""
        return f"{ahead}{trial.click_ms:.0f} ms a click"
    if trial.photo_ms >= 1000:
        return f"{trial.photo_ms / 1000:.1f} s a photo"
    return f"{1000 / trial.photo_ms:.1f} photos/s"


def _state(model: ShelfModel) -> str:
    if model.problem:
        return "can't be used"
    if model.missing:
        return f"lacks {', '.join(model.missing)}"
    if not model.is_trusted:
        return "not trusted"
    return "ships" if model.is_shipped else "in place" if model.is_in_place else "ready"


def _as_json(model: ShelfModel) -> dict[str, Any]:
    return _plain(asdict(model))


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(v) if isinstance(v, Path) else v for key, v in fields.items()}
