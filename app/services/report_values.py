"""What the report on quality shows: the project's figures as plain values, and its pictures."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import islice, zip_longest
from typing import Any

from app.core.errors import UserError
from app.core.image import STATES, State
from app.core.label_class import LabelClass
from app.core.label_errors import ERROR_KINDS
from app.core.language import Language
from app.core.progress import OnProgress, Progress
from app.core.quality import (
    FATE_COLOURS,
    OUTCOME_COLOURS,
    ListedSuspect,
    PersonFigures,
    ProposalFigures,
    QualityFigures,
    SecondFigures,
    WorkFigures,
)
from app.core.quality_facts import FATES, MODES, OUTCOMES
from app.imaging.crops import MarkedBox, crop_jpeg
from app.imaging.pixels import read_pixels
from app.services.balance import class_figures
from app.services.quality import figures, second_figures, suspects
from app.storage.project import Project

_PICTURE_PX = (400, 300)
_SAID_COLOUR = "#ffffff"
_STATE_COLOURS: Mapping[State, str] = {
    "new": "#c9d1d9", "prelabelled": "#a5b8d6", "in_progress": "#f0c75e", "submitted": "#56b4e9",
    "approved": "#009e73", "returned": "#d55e00", "excluded": "#6b7280",
}  # fmt: skip

Values = dict[str, Any]
"""What the page shows, by the names that its template uses."""


@dataclass(frozen=True, slots=True)
class Words:
    """Of one language, by name."""

    language: Language
    said: Mapping[str, str]

    def __getattr__(self, name: str) -> str:
        return self[name]

    def __getitem__(self, name: str) -> str:
        try:
            return self.said[name]
        except KeyError:
            raise AttributeError(name) from None


def report_values(project: Project, w: Words, pictures: int, on_progress: OnProgress) -> Values:
    classes = {c.id: c for c in project.classes.all()}
    found = figures(project)
    listed = _likeliest(project, pictures)
    runs = dict(project.runs.names())
    return {
        "w": w,
        "project": project.folder.name,
        "date": f"{datetime.now():%Y-%m-%d %H:%M}",
        "version": version("flawmark"),
        **_standing(project, w, found),
        "models": [_model(runs[run], run, found.proposals, classes, w) for run in found.runs],
        "fates": [{"title": w[f"fate_{f}"], "colour": FATE_COLOURS[f]} for f in FATES],
        "people": [_person(each) for each in found.people if each.images],
        "reviewed": [_reviewed(each, w) for each in found.people if any(each.outcomes.values())],
        "outcomes": [{"title": w[f"outcome_{o}"], "colour": OUTCOME_COLOURS[o]} for o in OUTCOMES],
        "second": [_second(each, w) for each in second_figures(project)],
        "modes": [{"title": w[f"mode_{m}"], **_mode(found.work[m])} for m in MODES],
        "error_counts": [{"title": w[f"error_{k}"], "n": n} for k, n in found.errors.items()],
        "errors": list(_errors(project, listed, classes, w, on_progress)),
    }


def _standing(project: Project, w: Words, found: QualityFigures) -> Values:
    """How far the project has come, and what people have said of each class."""
    states = project.images.count()
    told = class_figures(project)
    boxes, proposals = (sum(getattr(c.total, n) for c in told) for n in ("checked", "proposals"))
    return {
        "images": sum(states.values()),
        "states": [
            {"n": states[s], "title": w[f"state_{s}"], "colour": _STATE_COLOURS[s]} for s in STATES
        ],
        "cards": _cards(project, w, found, boxes, proposals),
        "classes": [
            {
                "name": c.label_class.label(w.language),
                "colour": c.label_class.colour,
                "target": c.target,
                **{"boxes": c.total.checked, "images": c.total.checked_images},
            }
            for c in told
        ],
        "most_boxes": max((max(c.total.checked, c.target) for c in told), default=1) or 1,
    }


def _cards(
    project: Project, w: Words, found: QualityFigures, boxes: int, proposals: int
) -> list[Values]:
    form = filters_of(w)
    judged = sum(each.judged for each in found.proposals)
    accepted = sum(each.counts["accepted"] for each in found.proposals)
    approved, returned = (sum(getattr(p, n) for p in found.people) for n in _VERDICTS)
    pairs = [p.with_review for p in found.people]
    matched, both = sum(p.matched for p in pairs), sum(p.first + p.second for p in pairs)
    told = [
        ("images", form["number"](sum(project.images.count().values()))),
        ("normal", form["number"](project.images.normal_count())),
        ("boxes_by_people", form["number"](boxes)),
        ("proposals_waiting", form["number"](proposals)),
        ("accepted_share", form["percent"](accepted / judged if judged else None)),
        ("return_rate", form["percent"](_ratio(returned, approved + returned))),
        ("agreement_review", form["decimal"](_ratio(2 * matched, both))),
        ("errors", form["number"](sum(found.errors.values()))),
    ]
    return [{"title": w[name], "value": value} for name, value in told]


_VERDICTS = ("approved", "returned")


def _model(
    name: str,
    run_id: int,
    proposals: Sequence[ProposalFigures],
    classes: Mapping[int, LabelClass],
    w: Words,
) -> Values:
    own = [each for each in proposals if each.run_id == run_id]
    rows = [
        {
            "name": classes[each.class_id].label(w.language),
            "judged": each.judged,
            "parts": [
                {
                    "n": each.counts[fate],
                    "colour": FATE_COLOURS[fate],
                    "title": w[f"fate_{fate}"],
                    # What nobody saw is no share of what was judged.
                    "share": None if fate == "withheld" else each.share(fate) or 0.0,
                }
                for fate in FATES
            ],
        }
        for each in own
    ]
    return {"name": name, "rows": rows, "most": max(sum(e.counts.values()) for e in own)}


def _person(each: PersonFigures) -> Values:
    shown = each.work["shown"] if each.work["shown"].timed_images else each.work["blind"]
    return {
        **{"name": each.person, "images": each.images},
        **{"median_ms": shown.median_ms, "ms_per_box": shown.ms_per_box},
        **{"approved": each.approved, "returned": each.returned, "return_rate": each.return_rate},
        **{name: getattr(each.with_review, name) for name in ("f1", "mean_iou", "kappa")},
    }


def _reviewed(each: PersonFigures, w: Words) -> Values:
    parts = [
        {
            "n": each.outcomes[outcome],
            "colour": OUTCOME_COLOURS[outcome],
            "title": w[f"outcome_{outcome}"],
            "share": each.share(outcome),
        }
        for outcome in OUTCOMES
    ]
    return {"name": each.person, "parts": parts, "total": sum(each.outcomes.values())}


def _mode(work: WorkFigures) -> Values:
    said = work.with_models
    return {
        "images": work.images,
        **{name: getattr(said, name) for name in ("f1", "f1_with_class", "mean_iou", "kappa")},
        "boxes": _ratio(work.timed_boxes, work.timed_images),
        "median_ms": work.median_ms,
    }


def _likeliest(project: Project, most: int) -> list[ListedSuspect]:
    """Of each kind in turn, so that none crowds out the others."""
    by_kind = [suspects(project, most=most, kinds=[kind]) for kind in ERROR_KINDS]
    turns = (each for turn in zip_longest(*by_kind) for each in turn if each is not None)
    return list(islice(turns, most))


def _second(each: SecondFigures, w: Words) -> Values:
    said = each.agreement
    return {
        **{"name": each.person, "images": each.images, "against": each.against or w.gold},
        **{n: getattr(said, n) for n in ("f1", "f1_with_class", "mean_iou", "kappa")},
    }


def _errors(
    project: Project,
    listed: Sequence[ListedSuspect],
    classes: Mapping[int, LabelClass],
    w: Words,
    on_progress: OnProgress,
) -> list[Values]:
    told = []
    for done, each in enumerate(listed, start=1):
        suspect = each.suspect
        names = {
            "own": classes[suspect.class_id].label(w.language),
            "said": classes[suspect.said_class_id].label(w.language),
            "sureness": filters_of(w)["percent"](suspect.sureness),
        }
        told.append(
            {
                "kind": w[f"error_{suspect.kind}"],
                "score": suspect.score,
                "caption": w[f"caption_{suspect.kind}"].format(**names),
                "image": each.image,
                "picture": _picture(project, each, classes),
            }
        )
        on_progress(Progress(done, len(listed), each.image))
    return told


def _picture(
    project: Project, listed: ListedSuspect, classes: Mapping[int, LabelClass]
) -> str | None:
    """As base64; None where the photo can't be read."""
    suspect = listed.suspect
    said = MarkedBox(suspect.said_box, _SAID_COLOUR, is_dashed=True)
    own = MarkedBox(suspect.box, classes[suspect.class_id].colour)
    try:
        photo = read_pixels(project.locate(listed.image))
    except UserError:
        return None
    marked = [said] if suspect.kind == "overlooked" else [own, said]
    return b64encode(crop_jpeg(photo, marked, size_px=_PICTURE_PX)).decode()


def filters_of(w: Words) -> dict[str, Callable[[Any], str]]:
    def duration(ms: float | None) -> str:
        if ms is None:
            return "–"
        if ms < 59_950:
            return w.seconds.format(s=f"{ms / 1000:.1f}")
        minutes, seconds = divmod(round(ms / 1000), 60)
        return w.minutes.format(min=minutes, s=f"{seconds:02}")

    return {
        "number": lambda n: f"{n:,}",
        "percent": lambda share: "–" if share is None else f"{100 * share:.1f} %",
        "decimal": lambda value: "–" if value is None else f"{value:.2f}",
        "duration": duration,
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
