"""`flawmark ask`"""

from typing import Annotated

import typer
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder
from app.console import out, print_json, steps
from app.conversations.targets.answers import AnsweredBox
from app.core.chat import ChatServer, Usage
from app.core.errors import UserError
from app.core.image import Image
from app.core.progress import Progress
from app.services.ask_model import (
    Asked,
    Question,
    ask_model,
    findings_of,
    language_of,
    request_for,
    writer_for,
)
from app.services.chat_servers import chat_with, find_server
from app.services.named_images import image_named
from app.storage.project import Project


def ask(
    project: ProjectFolder,
    photo: Annotated[
        str, typer.Argument(metavar="PHOTO", help="Name of an image, or the end of its path.")
    ],
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help='For example "Is there a streak? Where?"')
    ],
    server: Annotated[
        str | None, typer.Option(help="A name that `flawmark servers` lists; else the first.")
    ] = None,
    findings: Annotated[
        bool, typer.Option(help="Tell it what models have drawn on the photo.")
    ] = True,
    enlarge: Annotated[
        bool,
        typer.Option(
            help="Show it small photos as large as --bake would write them (Qwen2.5-VL alone)."
        ),
    ] = True,
    attempt: Annotated[
        int, typer.Option(min=0, help="Another number for another answer to the same question.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Ask a language model that sees about one photo; its boxes are printed in photo pixels."""
    question = question.strip()
    if not question:
        raise UserError("There is no question.", hint="Ask one, in English or Chinese.")
    chosen = find_server(server)
    with Project.open(project) as opened, steps() as step:
        image = image_named(opened, photo)
        drawn = opened.annotations.of_image(image.id) if findings else []
        wanted = Question(question, findings=findings_of(drawn, opened.runs.imports()))
        request = request_for(
            *(chosen, writer_for(opened, language_of(question)), image),
            *(opened.locate(image.path), opened.classes.all(), wanted),
            enlarge=enlarge,
        )
        step.begin(f"Asking {chosen.name}")(Progress(0, 1, image.path))
        chat = chat_with(chosen, opened.folder / "cache")
        asked = ask_model(chat, request, wanted, attempt=attempt)
    if as_json:
        print_json(_as_json(image, chosen, asked))
    else:
        _print(asked)


def _print(asked: Asked) -> None:
    answer, reply = asked.answer, asked.reply
    out.print(Text("No boxes." if answer.is_empty_list else answer.words or reply.text))
    for number, box in enumerate(answer.boxes, start=1):
        corners = ", ".join(f"{corner:.0f}" for corner in box.box.corners)
        notes = "".join(f", {note}" for note in _notes(box))
        out.print(Text(f"  {number}. {box.word or 'unnamed'} ({corners}){notes}"))
    if answer.lost:
        out.print(Text(f"Left out, beside the photo or without area: {answer.lost}", "yellow"))
    if answer.breaks_off:
        out.print(Text("The answer breaks off before its end.", "yellow"))
    kept = ", kept from before" if reply.is_kept else ""
    out.print(Text(f"{reply.model}: {reply.tokens_in} + {reply.tokens_out} tokens{kept}", "dim"))


def _notes(box: AnsweredBox) -> list[str]:
    notes = ["cut at the edge of the photo"] if box.is_clipped else []
    if box.label_class is None:
        notes.append("no class of the project")
    elif box.label_class.name != box.word:
        notes.append(box.label_class.name)
    return notes


def _as_json(image: Image, server: ChatServer, asked: Asked) -> dict[str, object]:
    answer, reply = asked.answer, asked.reply
    return {
        "image": image.path,
        "question": asked.question.text,
        "server": server.name,
        "model": reply.model,
        "text": reply.text,
        "answer": answer.words,
        "boxes": [
            {
                "word": box.word,
                "class": box.label_class and box.label_class.name,
                "box": box.box.corners,
                "clipped": box.is_clipped,
            }
            for box in answer.boxes
        ],
        "lost": answer.lost,
        "breaks_off": answer.breaks_off,
        "kept": reply.is_kept,
        "tokens_in": reply.tokens_in,
        "tokens_out": reply.tokens_out,
        "cost": Usage().with_reply(reply, server).cost,
    }
