"""The figures of quality: counted where images have changed, read, and suspects answered."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext

from app.core.image_history import retold
from app.core.label_errors import ERROR_KINDS, ErrorKind, Suspect
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.quality import ListedSuspect, QualityFigures, SecondFigures, figures_of
from app.core.quality_facts import Fact, facts_of, suspects_of
from app.services.second import compared
from app.storage.project import Project

_BATCH_IMAGES = 100

_Counts = dict[int, tuple[Mapping[Fact, float], Sequence[Suspect]]]
"""By image id: the facts of it, and what is probably wrong on it."""


def count_changed(project: Project, *, on_progress: OnProgress = ignore_progress) -> int:
    """Counts the images that have changed since it was last done; returns how many those were."""
    total, done = project.quality.due(), 0
    while counted := count_some(project):
        done += counted
        on_progress(Progress(done, max(total, done)))
    return done


def count_some(project: Project) -> int:
    """Counts some of the images that have changed; returns how many those were, 0 for no more.

    They are weighed without the lock that writers wait for. Where somebody saved in the meantime,
    fewer are tried, in the end a single one under the lock.
    """
    most = _BATCH_IMAGES
    while True:
        seen = project.version()
        due = project.quality.next_due(most)
        if not due:
            return 0
        with nullcontext() if most > 1 else project.transaction():
            counted = _counted(project, due)
            with project.transaction():
                if most == 1 or project.version() == seen:
                    project.quality.replace(due, counted)
                    return len(due)
        most = max(most // 4, 1)


def _counted(project: Project, image_ids: Sequence[int]) -> _Counts:
    counted: _Counts = {}
    for history in project.quality.histories(image_ids):
        told = retold(history)
        counted[history.image_id] = facts_of(history, told), suspects_of(history, told)
    return counted


def figures(project: Project) -> QualityFigures:
    """As far as they are counted; `uncounted` says how many images wait for that."""
    table = project.quality
    return figures_of(table.totals(), table.errors(), uncounted=table.due())


def second_figures(project: Project) -> list[SecondFigures]:
    """How people agree with gold, and with each other, where images were labelled twice.

    Costs what there are second labellings: they are compared now.
    """
    return [
        SecondFigures(each.person, each.against, each.images, each.agreement)
        for each in compared(project)
    ]


def suspects(
    project: Project, *, most: int, kinds: Collection[ErrorKind] = ERROR_KINDS
) -> list[ListedSuspect]:
    """Boxes that are probably wrong and that nobody has answered, likeliest wrong first."""
    return project.quality.suspects(most=most, kinds=kinds)


def answer(
    project: Project, image_id: int, suspect: Suspect, *, person: str, is_right: bool = True
) -> None:
    """The person has looked and nothing is wrong with it; or that is taken back."""
    with project.transaction():
        project.quality.answer(image_id, suspect, person=person, is_right=is_right)
