"""The list of steps, and how one is taken."""

from sqlite_utils import Database, Migrations

migrations = Migrations("flawmark")


def run(db: Database, *statements: str) -> None:
    # One by one: executescript() would commit the transaction that makes a failed step vanish.
    for statement in statements:
        db.execute(statement)
