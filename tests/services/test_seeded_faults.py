"""Three people with known faults, and a reviewer who puts them right: the figures are the seeds."""

from app.storage.project import Project
from tests.bench.bench_seeded_faults import PEOPLE, figures_by_person, work_through
from tests.helpers.seeded_work import SLAG, STREAK, SeededWork, place

IMAGES, BOXES = 60, 6


def test_figures_of_people_are_the_rates_that_were_seeded(project: Project) -> None:
    work = SeededWork(project, IMAGES)
    truth = {
        image_id: [((STREAK, SLAG)[n % 2], place(11 + n)) for n in range(BOXES)]
        for image_id in range(1, IMAGES + 1)
    }

    seeded = work_through(work, truth, 2)
    found = figures_by_person(project)
    for name, faults in seeded.items():
        told = found[name]
        assert told.images == IMAGES / len(PEOPLE)
        assert {o: n for o, n in told.outcomes.items() if n} == dict(faults.outcomes)
        assert (told.returned, told.approved) == (faults.returned, faults.approved)
        for outcome in ("moved", "relabelled", "removed", "added"):
            assert told.share(outcome) == faults.share(outcome)
    # The seeds themselves are apart, so that this says something.
    added = [seeded[name].share("added") for name in PEOPLE]
    assert added == sorted(added) and added[-1] > added[0] + 0.1
