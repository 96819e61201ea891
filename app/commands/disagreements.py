"""`flawmark disagreements`"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder
from app.console import SHOWN_PROBLEMS, counted, out, print_json
from app.core.annotation import Annotation
from app.core.disagreement import KINDS, Find, Kind
from app.services.disagreements import ListedDisagreement, list_disagreements
from app.storage.project import Project


def disagreements(
    project: ProjectFolder,
    run: Annotated[str | None, typer.Option(help="Only of the model of that name.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(KINDS)}; may be given again.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List where models disagree with what people drew, and nobody has answered."""
    kinds = _kinds(kind)
    with Project.open(project) as opened:
        listed = list_disagreements(opened, kinds=kinds, run=run)
        names = {c.id: c.name for c in opened.classes.all()}
    counts = Counter(each.kept.said.kind for each in listed)
    images = len({each.image for each in listed})
    if as_json:
        rows = [_to_json(each, names) for each in listed]
        by_kind = {name: counts[name] for name in kinds}
        print_json({"counts": by_kind, "images": images, "disagreements": rows})
    elif listed:
        said = ", ".join(f"{counts[name]} {name}" for name in kinds if counts[name])
        out.print(f"{counted(len(listed), 'disagreement')} on {counted(images, 'image')}: {said}.")
        _print(listed, names)
    else:
        out.print("No disagreement is waiting for an answer.")


def _kinds(given: Sequence[str] | None) -> tuple[Kind, ...]:
    strangers = sorted(set(given or ()).difference(KINDS))
    if strangers:
        wanted = ", ".join(KINDS)
        raise typer.BadParameter(f"--kind wants one of {wanted}, not {', '.join(strangers)}")
    return tuple(kind for kind in KINDS if not given or kind in given)


def _to_json(listed: ListedDisagreement, names: Mapping[int, str]) -> dict[str, Any]:
    """The shape that the user guide tells of one disagreement. Boxes: left, top, right, bottom."""
    said = listed.kept.said
    own, found = said.own, said.found
    return {
        "id": listed.kept.id,
        "image": listed.image,
        "run": listed.run,
        "kind": said.kind,
        "people": own and {"uid": own.uid, "class": names[own.class_id], "box": own.box.corners},
        "model": found
        and {"class": names[found.class_id], "box": found.box.corners, "score": found.score},
        "proposal": said.proposal and said.proposal.uid,
    }


def _print(listed: Sequence[ListedDisagreement], names: Mapping[int, str]) -> None:
    table = Table("image", "model", "kind", "people drew", "the model found", "score")
    for each in listed[:SHOWN_PROBLEMS]:
        said = each.kept.said
        score = "" if said.found is None or said.found.score is None else f"{said.found.score:.2f}"
        boxes = [_words(box, names) for box in (said.own, said.found)]
        # As text: a name may look like markup.
        table.add_row(*map(Text, (each.image, each.run, said.kind, *boxes, score)))
    out.print(table)
    if len(listed) > SHOWN_PROBLEMS:
        out.print(f"… and {len(listed) - SHOWN_PROBLEMS} more (all with --json)")


def _words(box: Annotation | Find | None, names: Mapping[int, str]) -> str:
    if box is None:
        return ""
    return f"{names[box.class_id]} ({', '.join(f'{side:.0f}' for side in box.box.corners)})"
