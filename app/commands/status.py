"""`flawmark status`"""

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, out, print_balance, print_json
from app.services.status import status as read_status
from app.storage.project import Project


def status(project: ProjectFolder, as_json: AsJson = False) -> None:
    """Show how far the work has come, and the balance of the classes."""
    with Project.open(project) as opened:
        figures = read_status(opened)
    if as_json:
        print_json(figures)
        return
    images, annotations = figures["images"], figures["annotations"]
    states = ", ".join(f"{n} {state}" for state, n in images.items() if n and state != "total")
    out.print(
        f"{counted(images['total'], 'image')}: {states or 'none'}; {figures['normal']} normal."
    )
    out.print(
        f"{counted(annotations['total'], 'box', many='boxes')}: {annotations['people']} by people, "
        f"{counted(annotations['proposals'], 'proposal')}."
    )
    print_balance(figures)
