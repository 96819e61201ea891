"""`flawmark doctor`"""

from dataclasses import asdict

from rich.table import Column, Table
from rich.text import Text

from app.commands.given import AsJson
from app.console import out, print_json
from app.services.doctor import doctor as run_doctor
from app.services.environment import cache_folder


def doctor(as_json: AsJson = False) -> None:
    """Tell what works on this machine, what doesn't, and what to do."""
    diagnoses = run_doctor(cache_folder())
    if as_json:
        print_json([asdict(d) for d in diagnoses])
        return
    table = Table("", "", Column("what", overflow="fold"), "what to do")
    for d in diagnoses:
        table.add_row("ok" if d.ok else "NO", d.topic, Text(d.what), Text(d.hint))
    out.print(table)
