"""Draws the images that somebody is to review, by the team's plan."""

from collections import Counter

from app.core.review_sampling import PLAN_SETTING, ReviewPlan, Why, drawn_for_review
from app.services.people import refuse_all_but_leads
from app.storage.project import Project


def set_plan(project: Project, plan: ReviewPlan, *, by: str) -> None:
    """For what is handed in from now on, too; what was drawn stays drawn.

    Raises UserError when `by` doesn't lead.
    """
    with project.transaction():
        refuse_all_but_leads(project, by)
        project.settings.put(PLAN_SETTING, plan.to_json())


def draw_for_review(project: Project) -> Counter[Why]:
    """Draws from what was handed in since; how many of all drawn images are so for which reason.

    Where everything is reviewed nothing is kept, so that another plan begins with what comes of it.
    """
    with project.transaction():
        draws, plan = project.review_draws, project.review_draws.plan()
        already = draws.all()
        more = drawn_for_review(
            draws.handed_in(),
            already=already,
            reviewed=draws.reviewed(),
            plan=plan,
        )
        if not plan.takes_all:
            draws.add(more)
    return Counter([*already.values(), *more.values()])
