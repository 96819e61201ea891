"""How evenly the classes of a project are labelled, and what is missing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from app.core.balance import COUNTED, Balance, BuildFigures, ClassFigures, Tally
from app.core.errors import UserError
from app.services.people import refuse_all_but_leads
from app.storage.project import Project

T = TypeVar("T")


def set_targets(project: Project, targets: Mapping[str, int], *, by: str) -> None:
    """How many boxes of a class the team wants, by its name; 0 for no target. All or none.

    Raises UserError for a class that the project lacks, and when `by` doesn't lead.
    """
    with project.transaction():
        refuse_all_but_leads(project, by)
        known = {each.name: each for each in project.classes.all()}
        for name, count in targets.items():
            if name not in known:
                raise UserError(
                    f"The project has no class {name!r}.",
                    hint=f"It has {', '.join(known)}." if known else "Add classes first.",
                )
            if known[name].target_count != count:
                project.change_class(replace(known[name], target_count=count), actor=by)


def class_figures(project: Project) -> tuple[ClassFigures, ...]:
    """What is always in sight; in the order of the classes."""
    return project.balance.of_classes(project.classes.all())


def read_balance(project: Project) -> Balance:
    """All of it. Nothing here reads a box, so it costs the same however many there are."""
    table = project.balance
    return Balance(
        classes=class_figures(project),
        states=table.of_states(),
        builds=table.of_builds(),
        pairs=table.pairs(),
        places=table.maps("place"),
        sizes=table.maps("size"),
    )


def without_proposals(balance: Balance) -> Balance:
    """What may be told to who labels some images blind: sums would give their proposals away."""
    return Balance(
        classes=tuple(
            ClassFigures(each.label_class, _of_people(each.by_state)) for each in balance.classes
        ),
        states=balance.states,
        builds=tuple(
            BuildFigures(each.name, each.crowd, _of_people(each.by_class))
            for each in balance.builds
        ),
        is_of_people=True,
    )


def balance_json(balance: Balance) -> dict[str, Any]:
    """The shape that `flawmark balance --json` prints; see the user guide."""
    names = {each.label_class.id: each.label_class.name for each in balance.classes}
    return {
        "classes": [_class_json(each, balance) for each in balance.classes],
        "imbalance_ratio": balance.imbalance_ratio,
        "normal": {
            "images": balance.worked_on.normal,
            "of": balance.worked_on.images,
            "share": balance.normal_share,
        },
        "together": [
            {"classes": [names[first], names[second]], "images": images}
            for (first, second), images in sorted(balance.pairs.items())
        ],
        "builds": [
            {
                "build": build.name,
                "images": build.crowd.images,
                "normal": build.crowd.normal,
                "boxes": {names[i]: tally.checked for i, tally in build.by_class.items()},
                "proposals": {names[i]: tally.proposals for i, tally in build.by_class.items()},
            }
            for build in balance.builds
        ],
    }


def _of_people(tallies: Mapping[T, Tally]) -> dict[T, Tally]:
    return {of: tally.of_people for of, tally in tallies.items()}


def _class_json(figures: ClassFigures, balance: Balance) -> dict[str, Any]:
    total, waiting, class_id = figures.total, figures.waiting, figures.label_class.id
    maps = {"places": balance.places, "sizes": balance.sizes}
    return {
        "name": figures.label_class.name,
        "boxes": total.checked,
        "images": total.checked_images,
        "proposals": total.proposals,
        "target": figures.target,
        "missing": figures.missing,
        "by_state": {state: figures.checked_in(state) for state in COUNTED},
        "likely_images": waiting.likely_images,
        "expected_boxes": round(waiting.expected, 3),
        **{name: found[class_id].tolist() for name, found in maps.items() if class_id in found},
    }
