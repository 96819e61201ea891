"""A survey's figures and disagreements in words, for people and for scripts."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from app.console import SHOWN_PROBLEMS, counted, out
from app.core.scores import BoxScore, YesNoScore
from app.core.survey import Differing, Figures
from app.services.survey import SurveyReport
from app.services.survey_results import Measured, differing_words

_NONE = "–"
_Row = tuple[str, ...]


def say_run(report: SurveyReport) -> None:
    for note in report.notes:
        out.print(note, markup=False)
    usage = report.usage
    cost = f", cost {usage.cost:.4g}" if usage.cost else ""
    out.print(
        f"{counted(report.answers, 'answer')} about {counted(report.images, 'image')}, "
        f"there before: {report.kept}; "
        f"{usage.tokens_in} + {usage.tokens_out} tokens{cost}."
    )


def print_measured(measured: Measured) -> None:
    survey, result = measured.survey, measured.result
    out.print(
        Text(
            f"{survey.name}: {survey.model} ({survey.vlm}, {survey.language}), begun by "
            f"{survey.actor} on {survey.started_at[:10]}; "
            f"{counted(len(measured.answers), 'answer')} about "
            f"{counted(len(measured.images), 'image')}."
        )
    )
    if result.overall.presence.asked:
        _print_table("Is it there?", _PRESENCE, _rows(measured, _presence_row))
    if result.overall.boxes.asked:
        _print_table("Where is it? Boxes that overlap by half or more.", _BOXES,
                     _rows(measured, _boxes_row))  # fmt: skip
    if result.unlabelled:
        out.print(
            "Answers that don't count, for their images are no longer labelled so: "
            f"{result.unlabelled}."
        )
    _print_differing(measured)


_PRESENCE = (
    "class", "asked", "there", "accuracy", "precision", "recall", "F1", "yes", "unreadable",
)  # fmt: skip
_BOXES = ("class", "labelled", "drawn", "matched", "precision", "recall", "F1", "mean IoU")


def _rows(measured: Measured, row: Any) -> Iterator[_Row]:  # noqa: ANN401
    names = {c.id: c.name for c in measured.classes}
    for class_id, figures in measured.result.by_class.items():
        yield from row(names[class_id], figures)
    yield from row("all", measured.result.overall)


def _presence_row(name: str, figures: Figures) -> Iterator[_Row]:
    score = figures.presence
    if score.asked:
        ratios = (score.accuracy, score.precision, score.recall, score.f1, score.yes_ratio)
        counts = str(score.asked), str(score.there)
        yield (name, *counts, *map(_percent, ratios), str(score.unreadable))


def _boxes_row(name: str, figures: Figures) -> Iterator[_Row]:
    score = figures.boxes
    if score.asked or score.labelled or score.drawn:
        counts = (str(score.labelled), str(score.drawn), str(score.matched))
        iou = _NONE if score.mean_iou is None else f"{score.mean_iou:.2f}"
        yield (name, *counts, *map(_percent, (score.precision, score.recall, score.f1)), iou)


def _print_table(title: str, headings: Sequence[str], rows: Iterator[_Row]) -> None:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "class" else "right")
    for row in rows:
        table.add_row(*map(Text, row))  # as text: a name may look like markup
    out.print(table)


def _percent(ratio: float | None) -> str:
    return _NONE if ratio is None else f"{100 * ratio:.1f}%"


def _print_differing(measured: Measured) -> None:
    differing = measured.result.differing
    if not differing:
        out.print("VLM and labels agree on every image.")
        return
    out.print(f"They disagree on {counted(len(differing), 'image')}, worst first:")
    for image_id in list(differing)[:SHOWN_PROBLEMS]:
        said = "; ".join(differing_words(each, measured.classes) for each in differing[image_id])
        out.print(Text(f"  {measured.images[image_id].path}: {said}"))
    if len(differing) > SHOWN_PROBLEMS:
        out.print(f"  … and {len(differing) - SHOWN_PROBLEMS} more (all with --csv or --json)")


def as_json(measured: Measured | None, report: SurveyReport | None) -> dict[str, Any]:
    """`measured` is None where nothing was ever answered. Boxes: left, top, right, bottom."""
    told: dict[str, Any] = {}
    if report is not None:
        told["run"] = {
            "images": report.images,
            "answers": report.answers,
            "kept": report.kept,
            "failed": [e.what for e in report.failed],
            "notes": report.notes,
            "usage": asdict(report.usage),
            "elapsed_s": report.elapsed_s,
        }
    if measured is None:
        return told
    survey, result = measured.survey, measured.result
    names = {c.id: c.name for c in measured.classes}
    return told | {
        "survey": {
            "name": survey.name,
            "model": survey.model,
            "vlm": survey.vlm,
            "language": survey.language,
            "settings": survey.settings,
            "begun_by": survey.actor,
            "begun_at": survey.started_at,
        },
        "answers": len(measured.answers),
        "unlabelled": result.unlabelled,
        "overall": _figures(result.overall),
        "classes": {names[i]: _figures(each) for i, each in result.by_class.items()},
        "differing": [
            {
                "image": measured.images[image_id].path,
                "weight": sum(each.weight for each in listed),
                "answers": [_differing(each, names) for each in listed],
            }
            for image_id, listed in result.differing.items()
        ],
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {"presence": _presence(figures.presence), "boxes": _boxes(figures.boxes)}


def _presence(score: YesNoScore) -> dict[str, Any]:
    return {
        "asked": score.asked,
        "there": score.there,
        "unreadable": score.unreadable,
        "accuracy": score.accuracy,
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
        "yes_ratio": score.yes_ratio,
    }


def _boxes(score: BoxScore) -> dict[str, Any]:
    return {
        "asked": score.asked,
        "unreadable": score.unreadable,
        "labelled": score.labelled,
        "drawn": score.drawn,
        "matched": score.matched,
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
        "mean_iou": score.mean_iou,
    }


def _differing(differs: Differing, names: dict[int, str]) -> dict[str, Any]:
    answer = differs.answer
    asked = answer.topic.class_id

    def boxes(listed: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        return [
            {"class": None if b.class_id is None else names[b.class_id], "box": b.box.corners}
            for b in listed
        ]

    return {
        "kind": answer.topic.kind,
        "class": None if asked is None else names[asked],
        "question": answer.question,
        "answer": answer.answer,
        "labels_say": differs.is_there,
        "vlm_says": answer.is_there,
        "problem": answer.problem,
        "missed": boxes(differs.missed),
        "extra": boxes(differs.extra),
        "weight": differs.weight,
    }
