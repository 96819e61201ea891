"""What is told of one image's place in the queue is what SQLite says of them all."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image import STATES
from app.core.label_class import LabelClass
from app.core.queue import NOBODY, ORIGINS, QueueFilter
from app.core.second_queue import Stand, placed
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey

IMAGES = 12
SCORES = (None, 0.0, 0.25, 0.5, 0.75, 1.0)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Images in two builds, with none to three boxes by people and models, in all early states."""
    project = Project.create(tmp_path_factory.mktemp("stands") / "project")
    project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lee")
    with project.transaction():
        project.images.add(
            NewImage(f"b{n % 2}/layer_{n}.png", f"h{n}", 1, 1, 200, 100) for n in range(IMAGES)
        )
        runs = [project.runs.open(RunKey("model", m, m, {}), actor="lee") for m in ("m", "n")]
    project.add_tags([("shadow", ""), ("unclear", "")])
    for image in project.images.all():
        n = image.id
        for which in range(n % 4):
            author = "ann" if (n + which) % 3 == 0 else None
            score, run_id = SCORES[(n + 2 * which) % 6], None if author else runs[n % 2]
            box = Box(0, 0, 9 + which, 9)
            made = Annotation(
                f"{n}-{which}", 1 + which % 2, box, score=score, run_id=run_id, author=author
            )
            project.apply([AnnotationEdit(n, None, made)], actor="lee", kind="prelabel")
        after = replace(
            image.label,
            state=("new", "prelabelled", "in_progress")[n % 3],
            is_normal=n % 4 == 0,
            tags=(("shadow",), ("shadow", "unclear"), ())[n % 3],
            assigned_to=(None, "ann", "bo")[n // 2 % 3],
        )
        kind = "prelabel" if after.state == "prelabelled" else "edit"
        seen = replace(image.label, state=after.state)
        if seen != image.label:
            project.apply([ImageEdit(n, image.label, seen)], actor="lee", kind=kind)
        if after != seen:
            project.apply([ImageEdit(n, seen, after)], actor="lee")
    return project


def stand_of(project: Project, image_id: int) -> Stand:
    boxes = tuple(project.annotations.of_image(image_id))
    return Stand(project.images.get(image_id), boxes, image_id)


FILTERS = st.builds(
    QueueFilter,
    states=st.sets(st.sampled_from(STATES), min_size=1).map(frozenset),
    class_ids=st.sets(st.sampled_from((1, 2))).map(frozenset),
    tags=st.sets(st.sampled_from(("shadow", "unclear"))).map(frozenset),
    normal=st.none() | st.booleans(),
    least_score=st.none() | st.sampled_from((0.0, 0.25, 0.5)),
    most_score=st.none() | st.sampled_from((0.5, 0.75, 1.0)),
    origin=st.sampled_from(ORIGINS),
    run_id=st.none() | st.sampled_from((1, 2)),
    assigned_to=st.none() | st.sampled_from((NOBODY, "ann")),
    build=st.none() | st.sampled_from(("b0", "b1", "b")),
    text=st.sampled_from(("", "LAYER_1", "b1/", "x")),
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wanted=FILTERS)
def test_it_passes_the_filters_that_sqlite_lets_it_pass(
    project: Project, wanted: QueueFilter
) -> None:
    passing = [i for i in range(1, IMAGES + 1) if stand_of(project, i).passes(wanted)]
    assert passing == project.queue.ids(wanted).tolist()


@pytest.mark.parametrize(
    "sort", ["added", "name", "state", "boxes", "lowest_score", "highest_score"]
)
@pytest.mark.parametrize("descending", [False, True])
def test_it_is_placed_where_sqlite_has_it(project: Project, sort: str, descending: bool) -> None:
    wanted = QueueFilter(sort=sort, descending=descending)  # type: ignore[arg-type]
    order = project.queue.ids(wanted).tolist()
    for image_id in range(1, IMAGES + 1):
        others = [each for each in order if each != image_id]
        own = stand_of(project, image_id)
        place = placed(own, others, lambda each: stand_of(project, each), wanted)
        assert [*others[:place], image_id, *others[place:]] == order
