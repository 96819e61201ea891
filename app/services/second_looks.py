"""How a photo that somebody labels a second time is to look, so that it is one of many to them."""

import hashlib
from collections import Counter
from dataclasses import replace
from functools import cache, cached_property, partial

from app.core.annotation import Annotation
from app.core.builds import build_of
from app.core.disguise import Disguise, disguised
from app.core.image import Image
from app.core.second import Look
from app.storage.project import Project


def dress_again(project: Project) -> None:
    """After images were handed out: what somebody is to label a second time goes on standing among
    what is theirs.
    """
    with project.transaction():
        if project.second.all():
            Looks(project).dress_again()


class Looks:
    """For one hand-out, within a transaction. What is given meanwhile is known."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._pattern = project.images.build_pattern()
        self._untouched = list(project.images.all(["new", "prelabelled"]))
        self._taken = set(project.images.ids_by_path())
        self._taken |= {s.disguise.path for s in project.second.all() if s.disguise}
        self._class_ids = frozenset(c.id for c in project.classes.all())
        self._to_label = cache(self._find_to_label)

    def of(self, image: Image, person: str) -> tuple[Look, bool, bool]:
        """Its look, whether it is hidden among others, and whether it lacks what models find there.

        It stands in a build of which the person has photos that nobody has begun; if that isn't its
        own, under a name that continues theirs. Models have looked at it if they have at most of
        those.
        """
        builds = self._to_label(person)
        if image.build in builds:
            among, worn = builds[image.build], None
        else:
            among, worn = self._disguised(image, person, builds)
        seen = Counter(i.label.state == "prelabelled" for i in among or self._untouched)
        if seen[True] <= seen[False]:
            return Look(None, worn), bool(among), False
        finds = self._finds(image.id)
        lacks_finds = not finds and image.id not in self._looked_at
        return Look(finds, worn), bool(among), lacks_finds

    def dress_again(self) -> None:
        """What nobody has begun is hidden elsewhere where the person's own photos now are."""
        for second in self._project.second.all():
            image = self._project.images.get(second.image_id)
            path = second.disguise.path if second.disguise else image.path
            builds = self._to_label(second.person)
            is_begun = second.label.state not in ("new", "prelabelled")
            if is_begun or not builds or build_of(path, self._pattern) in builds:
                continue
            look, _, _ = self.of(image, second.person)
            self._project.second.put(replace(second, disguise=look.disguise))

    def _find_to_label(self, person: str) -> dict[str, list[Image]]:
        """Build → what nobody has begun there, and is theirs or, where nothing is, nobody's."""
        is_assigned = any(i.label.assigned_to == person for i in self._project.images.all())
        whose = person if is_assigned else None
        builds: dict[str, list[Image]] = {}
        for image in self._untouched:
            if image.label.assigned_to == whose:
                builds.setdefault(image.build, []).append(image)
        return builds

    def _disguised(
        self, image: Image, person: str, builds: dict[str, list[Image]]
    ) -> tuple[list[Image], Disguise | None]:
        draw = _draw(image.id, person)
        names = sorted(builds)
        for turn in range(len(names)):
            build = names[(draw + turn) % len(names)]
            worn = disguised(
                {i.id: i.path for i in builds[build]},
                taken=self._taken,
                draw=draw,
                fits=partial(self._is_in, build),
            )
            if worn is not None:
                self._taken.add(worn.path)
                return builds[build], worn
        return [], None

    def _is_in(self, build: str, path: str) -> bool:
        return build_of(path, self._pattern) == build

    def _finds(self, image_id: int) -> tuple[Annotation, ...]:
        """As models and imports left them, whatever became of them in the first labelling."""
        log = self._project.log
        left = log.standing_at(image_id, log.newest(), by_runs=True)
        return tuple(a for a in left if a.is_proposal and a.class_id in self._class_ids)

    @cached_property
    def _looked_at(self) -> frozenset[int]:
        """What any model has been over."""
        runs = self._project.runs
        return frozenset().union(*(runs.seen(each) for each in runs.keys().keys() - runs.imports()))


def _draw(image_id: int, person: str) -> int:
    digest = hashlib.sha256(f"{image_id}\0disguise\0{person}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
