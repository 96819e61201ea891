"""`flawmark sampling`"""

from dataclasses import asdict
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, out, print_json
from app.core.review_sampling import ReviewPlan
from app.services.environment import person
from app.services.review_sample import draw_for_review, set_plan
from app.storage.project import Project


def sampling(
    project: ProjectFolder,
    share: Annotated[
        float | None, typer.Option(help="Of each person's images with each class, 0 to 1.")
    ] = None,
    least: Annotated[
        int | None, typer.Option(metavar="N", help="Never fewer of these than N.")
    ] = None,
    new_until: Annotated[
        int | None,
        typer.Option(metavar="N", help="All of a person's images, until N are reviewed."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Which ones.")] = None,
    as_json: AsJson = False,
) -> None:
    """Review a share of what is handed in. Without options: draw from what came in since."""
    with Project.open(project) as opened:
        plan = opened.review_draws.plan()
        changed = ReviewPlan(
            plan.share if share is None else share,
            plan.least if least is None else least,
            plan.new_until if new_until is None else new_until,
            plan.seed if seed is None else seed,
        )
        if changed != plan:
            set_plan(opened, changed, by=person())
        drawn = draw_for_review(opened)
        standing, handed_in = opened.review_draws.count()
        if changed.takes_all:
            standing = handed_in
    if as_json:
        print_json({"plan": asdict(changed), "handed_in": handed_in, "drawn": drawn})
        return
    out.print(
        f"{changed.share:.0%} of the images of each person with each class are reviewed, at least "
        f"{changed.least}; all of people with fewer than {changed.new_until} reviewed."
    )
    out.print(
        f"Drawn: {standing} of {counted(handed_in, 'image')} handed in, "
        f"{drawn['new_person']} in all because their annotator was new."
    )
