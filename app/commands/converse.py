"""`flawmark converse`"""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder
from app.commands.record_options import Lang, Questions, Seed, languages
from app.console import counted, out, print_json, steps
from app.conversations.facts import ImageFacts
from app.core.conversation import BOXES
from app.services.conversation_writing import write_with, writers_for
from app.services.converse import Conversation, conversation_of, write_conversations
from app.services.named_images import image_named
from app.services.selection import select
from app.storage.project import Project


def converse(
    project: ProjectFolder,
    lang: Lang = None,
    questions: Questions = None,
    seed: Seed = None,
    again: Annotated[
        bool, typer.Option(help="Write all anew, but for what people wrote or approved.")
    ] = False,
    show: Annotated[
        str | None, typer.Option(metavar="PHOTO", help="Only this photo's: print it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the questions and answers of every labelled image that has none, or stale ones."""
    with Project.open(project) as opened, steps() as step:
        write_with(opened, questions=questions, seed=seed)
        writers = writers_for(opened, languages(lang) or ("en",))
        if show is not None:
            image = image_named(opened, show)
            shown = [conversation_of(opened, image, language, writers) for language in writers]
        else:
            images = select(opened).images
            report = write_conversations(
                opened, images, writers, again=again, on_progress=step.begin("Conversations")
            )
    if show is not None:
        _show(shown, as_json=as_json)
    elif as_json:
        print_json(asdict(report))
    else:
        written = counted(report.written, "conversation")
        out.print(f"{written} written, {report.kept} kept as they were.")
        for note in report.notes:
            out.print(note, markup=False)


def _show(conversations: list[Conversation], *, as_json: bool) -> None:
    if as_json:
        print_json([_as_json(conversation) for conversation in conversations])
        return
    for conversation in conversations:
        stored = conversation.stored
        by = f", approved by {stored.approved_by}" if stored.approved_by else ""
        title = f"{conversation.image.path} ({stored.language}, {stored.questions}{by})"
        out.print(Text(title, "bold"))
        if conversation.changes:
            changed = ", ".join(f"{c.kind} {c.label}" for c in conversation.changes)
            out.print(Text(f"stale: {changed}", "yellow"))
        for number, turn in enumerate(stored.exchanges):
            by = f" (by {turn.author})" if turn.author else ""
            out.print(Text(f"\n{number + 1}. {turn.kind}{by}", "dim"))
            out.print(Text(f"   {_with_boxes(turn.question, conversation.facts)}"))
            out.print(Text(f"   {_with_boxes(turn.answer, conversation.facts)}"))
            for finding in conversation.findings:
                if finding.turn // 2 == number:
                    out.print(Text(f"   {finding.what}", "bold red"))


def _as_json(conversation: Conversation) -> dict[str, object]:
    return {
        "image": conversation.image.path,
        "stored": asdict(conversation.stored),
        "changes": [asdict(change) for change in conversation.changes],
        "findings": [asdict(finding) for finding in conversation.findings],
    }


def _with_boxes(text: str, facts: ImageFacts) -> str:
    """With the boxes that the text stands for, in pixels of the photo."""
    boxes = {
        thing.uid: "{} ({:.0f}, {:.0f}, {:.0f}, {:.0f})".format(
            thing.label_class.name, *thing.box.corners
        )
        for thing in facts.things
    }
    return BOXES.sub(
        lambda found: f"[{', '.join(boxes.get(uid, '?') for uid in found[1].split())}]", text
    )
