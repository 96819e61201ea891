"""The figures of a project as one page that a lead can mail: nothing it shows lies elsewhere."""

import json
import os
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

from app.core.errors import UserError
from app.core.language import Language
from app.core.progress import OnProgress, ignore_progress
from app.services.report_values import Words, filters_of, report_values
from app.storage.project import Project

PICTURES = 12


def read_words(language: Language) -> Words:
    text = files("resources.report").joinpath(f"{language}.json").read_text("utf-8")
    return Words(language, json.loads(text))


def write_report(
    project: Project,
    out: Path,
    *,
    language: Language = "en",
    pictures: int = PICTURES,
    on_progress: OnProgress = ignore_progress,
) -> None:
    """Writes the page whole, over an earlier one, with pictures of the likeliest label errors.

    The figures are as far as they are counted; see `services.quality.count_changed`.
    Raises UserError when `out` can't be written.
    """
    page = render(project, language, pictures=pictures, on_progress=on_progress)
    beside = out.with_name(f".{out.name}.{uuid4().hex[:8]}.partial")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    except OSError as e:
        raise UserError(
            f"The report {out} can't be written: {e.strerror or e}.",
            hint="Name a file in a folder that exists and that you may write in.",
        ) from e
    finally:
        beside.unlink(missing_ok=True)


def render(
    project: Project,
    language: Language,
    *,
    pictures: int = PICTURES,
    on_progress: OnProgress = ignore_progress,
) -> str:
    """The page as HTML. What people named is never taken for markup."""
    from jinja2 import Environment, StrictUndefined

    words = read_words(language)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(filters_of(words))
    template = files("resources.report").joinpath("report.html.j2").read_text("utf-8")
    values = report_values(project, words, pictures, on_progress)
    return environment.from_string(template).render(values)
