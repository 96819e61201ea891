"""Who works on a project, and as what."""

from collections.abc import Sequence

from app.core.people import Person, checked_name, next_colour, refuse_without_lead
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now


class PersonTable:
    """What writes is to be called inside `Project.transaction`."""

    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def all(self) -> list[Person]:
        """In the order in which they came."""
        rows = self._db.rows("SELECT name, role, colour, since FROM person ORDER BY since, name")
        return [Person(*row) for row in rows]

    def get(self, name: str) -> Person | None:
        rows = self._db.rows("SELECT name, role, colour, since FROM person WHERE name = ?", [name])
        return Person(*rows[0]) if rows else None

    def meet(self, name: str) -> Person:
        """The person of that name; who is new comes in: the first leads, all others annotate.

        Raises UserError for a name that is none.
        """
        kept = checked_name(name)
        return self.get(kept) or self._add(kept, self.all())

    def put(self, changed: Person) -> None:
        """Another role or colour for somebody, or a new person.

        Raises UserError when nobody would lead the project any more.
        """
        others = [person for person in self.all() if person.name != changed.name]
        refuse_without_lead([*others, changed])
        self._db.execute(
            "INSERT INTO person VALUES (?, ?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET role = excluded.role, colour = excluded.colour",
            [checked_name(changed.name), changed.role, changed.colour, changed.since],
        )

    def _add(self, name: str, others: Sequence[Person]) -> Person:
        colour = next_colour([person.colour for person in others])
        new = Person(name, "annotator" if others else "lead", colour, now())
        self.put(new)
        return new
