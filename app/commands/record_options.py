"""The options of multimodal records, and what they come to."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from app.conversations.writing.records import GROUNDINGS
from app.core.augmentation import AUGMENT_KINDS, USUAL_KINDS
from app.core.conversation import KINDS
from app.core.language import LANGUAGES, Language
from app.services.export_set import Mix
from app.services.record_options import DEFAULT_TARGET, RecordExport

_PANEL = "Records (--to jsonl)"
_MIX_PANEL = "Balance of what is trained on"
_USUAL = "usual"
_Word = TypeVar("_Word", bound=str)


def _option(words: str, *, panel: str = _PANEL, **more: Any) -> Any:  # noqa: ANN401 - as typer has it
    return typer.Option(help=words, rich_help_panel=panel, **more)


Lang = Annotated[
    str | None,
    _option(f"Some of {', '.join(LANGUAGES)}, separated by commas.", show_default="en"),
]
Questions = Annotated[str | None, _option("Question set to write from; the project keeps it.")]
Seed = Annotated[int | None, _option("Choose phrasings by this number; the project keeps it.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFlags:
    """As they were given on the command line, None where they weren't."""

    target: Annotated[
        str | None,
        _option("Trainer and VLM, as `flawmark targets` lists them.", show_default=DEFAULT_TARGET),
    ] = None
    bake: Annotated[
        bool | None,
        _option("Write upright 8-bit copies of all photos, of a size that no trainer changes."),
    ] = None
    enlarge: Annotated[
        bool | None,
        _option(
            "Make small --bake copies so large that whole pixels tell boxes exactly.",
            show_default="enlarge",
        ),
    ] = None
    least_iou: Annotated[
        float | None,
        _option(
            "Leave out what says boxes of 28 pixels and more in numbers that give them back with "
            "less overlap (IoU); 0 keeps all.",
            show_default="0.98",
            min=0,
            max=1,
        ),
    ] = None
    max_pixels: Annotated[
        int | None, _option("The most pixels of a photo in your trainer's settings.", min=1)
    ] = None
    lang: Lang = None
    kinds: Annotated[
        str | None, _option(f"Some of {', '.join(KINDS)}, separated by commas.", show_default="all")
    ] = None
    records: Annotated[int | None, _option("Records of an image.", show_default="3", min=1)] = None
    system: Annotated[bool | None, _option("With system texts.", show_default="system")] = None
    grounding: Annotated[
        str | None,
        _option(
            f"Which records tie answers to marked boxes: {', '.join(GROUNDINGS)}.",
            show_default="noisy",
        ),
    ] = None
    noise: Annotated[
        float | None,
        _option(
            "Share of records that are told something wrong.", show_default="0.05", min=0, max=1
        ),
    ] = None
    balance: Annotated[
        bool | None,
        _option(
            "Take training images of rare classes several times, as LVIS does.", panel=_MIX_PANEL
        ),
    ] = None
    cap: Annotated[
        int | None,
        _option("The most training images that a class may be on.", panel=_MIX_PANEL, min=1),
    ] = None
    normal_share: Annotated[
        float | None,
        _option(
            "Leave out training images until this share has no defect.",
            panel=_MIX_PANEL,
            min=0,
            max=1,
        ),
    ] = None
    augment: Annotated[
        str | None,
        _option(
            "With --balance, changed copies instead of repeats: some of "
            f"{', '.join(AUGMENT_KINDS)}, separated by commas, or {_USUAL}: all but rotate.",
            panel=_MIX_PANEL,
        ),
    ] = None
    questions: Questions = None
    seed: Seed = None

    def for_export(self, to: str) -> RecordExport:
        """Raises typer.BadParameter for a value that there isn't, or any beside another --to."""
        given = self._given()
        if "augment" in given and to == "jsonl":
            raise typer.BadParameter("--augment is not for --to jsonl: records show photos as is")
        if to != "jsonl":
            given = {name: value for name, value in given.items() if name not in _MIXED}
            if given:
                first = next(iter(given)).replace("_", "-")
                raise typer.BadParameter(f"--{first} is for --to jsonl, not for --to {to}")
        if "enlarge" in given and not self.bake:
            raise typer.BadParameter(
                "--enlarge and --no-enlarge are for --bake: only copies change"
            )
        return RecordExport(**{_FIELDS.get(n, n): _read(n, v) for n, v in given.items()})

    def mix(self, to: str) -> Mix:
        """Of what is written for trainers of detectors; nothing for records, which mix alike.

        Raises typer.BadParameter for a value that there isn't, or that `to` can't hold.
        """
        if self.augment is not None and not self.balance:
            raise typer.BadParameter("--augment needs --balance, which says of what there is more")
        if self.balance and self.augment is None and to not in _WITH_LISTS:
            raise typer.BadParameter(f"--balance for --to {to} needs --augment: it has no repeats")
        if to == "jsonl":
            return Mix()
        given = {name: value for name, value in self._given().items() if name in _MIXED}
        return Mix(**{name: _read(name, value) for name, value in given.items()})

    def _given(self) -> dict[str, Any]:
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) is not None}


_MIXED = ("balance", "cap", "normal_share", "augment")
_WITH_LISTS = ("yolo", "jsonl")
_FIELDS = {"lang": "languages", "records": "per_image"}
_LISTS: dict[str, Sequence[str]] = {
    "kinds": KINDS,
    "lang": LANGUAGES,
    "augment": AUGMENT_KINDS,
}


def _read(name: str, value: Any) -> Any:  # noqa: ANN401 - each flag has a type of its own
    if name == "grounding" and value not in GROUNDINGS:
        raise typer.BadParameter(f"--grounding wants one of {', '.join(GROUNDINGS)}, not {value}")
    if name == "augment" and value == _USUAL:
        return USUAL_KINDS
    return chosen(str(value), _LISTS[name], f"--{name}") if name in _LISTS else value


def languages(text: str | None) -> tuple[Language, ...] | None:
    return None if text is None else chosen(text, LANGUAGES, "--lang")


def chosen(text: str, there: Sequence[_Word], option: str) -> tuple[_Word, ...]:
    """Those of `there` that the text names, in their order."""
    named = {word.strip() for word in text.split(",")}
    if unknown := named - set(there):
        wanted, got = ", ".join(there), ", ".join(sorted(unknown)) or "nothing"
        raise typer.BadParameter(f"{option} wants some of {wanted}, not {got}")
    return tuple(word for word in there if word in named)


def with_record_flags(command: Callable[..., None]) -> Callable[..., None]:
    """`command` for typer, which knows no groups: its `records` becomes an option a field."""
    hints = get_type_hints(RecordFlags, include_extras=True)

    def run(**given: Any) -> None:  # noqa: ANN401 - as typer has read them
        command(records=RecordFlags(**{name: given.pop(name) for name in hints}), **given)

    signature = inspect.signature(command, eval_str=True)
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=hint)
        for name, hint in hints.items()
    ]
    others = [p for name, p in signature.parameters.items() if name != "records"]
    run.__doc__ = command.__doc__
    run.__signature__ = inspect.Signature(others + options)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in others} | hints
    return run
