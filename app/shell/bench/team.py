"""Who works on the open project, what the team has set for reviewing, and what I may do."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import ImageLabel, State
from app.core.people import Person, next_colour
from app.core.review import REASONS_SETTING, SELF_REVIEW_SETTING, may_take, refuse_illegal
from app.services.people import allow_self_review, change_person, set_return_reasons
from app.shell.bench.writer import Writer
from app.storage.project import Project

Work = Callable[[Project], object]


class Team(QObject):
    """Read again whenever somebody has written. Whoever opens the project is put on its list."""

    changed = Signal()
    failed = Signal(object)  # UserError

    def __init__(
        self, project: Project, writer: Writer, *, person: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project, self._writer, self._name = project, writer, person
        self._read()

    def start(self) -> None:
        """Once those that listen are connected."""
        if self._project.people.get(self._name) is None:
            self._write(lambda project: project.people.meet(self._name))

    @property
    def people(self) -> tuple[Person, ...]:
        """In the order in which they came."""
        return self._people

    @property
    def me(self) -> Person:
        """As the project will know me, where it doesn't yet."""
        for person in self._people:
            if person.name == self._name:
                return person
        colour = next_colour([person.colour for person in self._people])
        return Person(self._name, "annotator" if self._people else "lead", colour, "")

    @property
    def allows_self_review(self) -> bool:
        return self._allows_self_review

    @property
    def return_reasons(self) -> tuple[str, ...]:
        """The team's own; empty where it has made no list."""
        return self._return_reasons

    def colours(self) -> dict[str, str]:
        """By name."""
        return {person.name: person.colour for person in self._people}

    def may(self, label: ImageLabel, to: State) -> bool:
        """Whether I may take an image there."""
        return may_take(label, to, self.me, self_review=self._allows_self_review)

    def reviews(self, label: ImageLabel, image_id: int) -> bool:
        """Whether an image is handed in, and mine to approve."""
        return (
            label.state == "submitted"
            and self.may(label, "approved")
            and (self._allows_self_review or self._name not in self._project.handed_in_by(image_id))
        )

    def permit(self, edits: Iterable[Edit]) -> None:
        """Raises UserError for a step that isn't mine, before anything of it is shown."""
        for edit in edits:
            if isinstance(edit, ImageEdit):
                signs = edit.before.state != edit.after.state == "approved"
                hands = self._project.handed_in_by(edit.image_id) if signs else ()
                refuse_illegal(
                    edit, self.me, self_review=self._allows_self_review, handed_in_by=hands
                )

    def refresh(self) -> None:
        """Somebody has written."""
        before = (self._people, self._allows_self_review, self._return_reasons)
        self._read()
        if before != (self._people, self._allows_self_review, self._return_reasons):
            self.changed.emit()

    def put(self, person: Person) -> None:
        """Another role or colour."""
        self._write(
            lambda project: change_person(
                *(project, person.name), role=person.role, colour=person.colour, by=self._name
            )
        )

    def allow_self_review(self, allowed: bool) -> None:
        self._write(lambda project: allow_self_review(project, allowed, by=self._name))

    def set_return_reasons(self, reasons: Iterable[str]) -> None:
        """None of them: ours hold again."""
        kept = list(reasons)
        self._write(lambda project: set_return_reasons(project, kept, by=self._name))

    def _write(self, work: Work) -> None:
        def write(project: Project) -> None:
            with project.transaction():
                work(project)

        def done(result: object) -> None:
            if isinstance(result, UserError):
                self.failed.emit(result)
                self.changed.emit()  # what was asked for is shown, and isn't so
            else:
                self.refresh()

        self._writer.run(write, done)

    def _read(self) -> None:
        project = self._project
        self._people = tuple(project.people.all())
        self._allows_self_review = project.settings.get(SELF_REVIEW_SETTING) is True
        kept = project.settings.get(REASONS_SETTING)
        listed = kept if isinstance(kept, list) else []
        self._return_reasons = tuple(r for r in listed if isinstance(r, str) and r.strip())
