"""Reasons that are one digit away: those of the team for returning, ours for all the rest."""

from typing import Literal

from PySide6.QtCore import QCoreApplication

Asked = Literal["excluded", "reopened", "returned", "pinned"]
"""What it is a reason for: a step of the image, or a word pinned to a box."""


def ready_reasons(asked: Asked) -> tuple[str, ...]:
    """In the language of the screen. Those for returning hold until the team has its own."""
    translate = QCoreApplication.translate  # not named tr: lupdate takes that for a method
    returning = (
        translate("Reasons", "wrong class"),
        translate("Reasons", "box doesn't fit"),
        translate("Reasons", "a defect was missed"),
        translate("Reasons", "no defect: shadow or reflection"),
        translate("Reasons", "see the comments"),
    )
    return {
        "excluded": (
            translate("Reasons", "out of focus or badly lit"),
            translate("Reasons", "the photo can't be read"),
            translate("Reasons", "doesn't show the surface"),
            translate("Reasons", "the same photo twice"),
            translate("Reasons", "shows people or secrets"),
        ),
        "reopened": (
            translate("Reasons", "a box is wrong"),
            translate("Reasons", "a defect was missed"),
            translate("Reasons", "the rules have changed"),
            translate("Reasons", "belongs to the set after all"),
            translate("Reasons", "closed by mistake"),
        ),
        "returned": returning,
        "pinned": returning[:4],
    }[asked]


def why_title(asked: Asked, count: int = 1) -> str:
    """The question, for that many images; many are only ever excluded or reopened."""
    translate = QCoreApplication.translate
    if count == 1:
        return {
            "excluded": translate("Reasons", "Exclude this image: why?"),
            "reopened": translate("Reasons", "Reopen this image: why?"),
            "returned": translate("Reasons", "Return this image: why?"),
            "pinned": translate("Reasons", "Say of the selected boxes"),
        }[asked]
    if asked == "excluded":
        return translate("Reasons", "Exclude {count} images: why?").format(count=count)
    return translate("Reasons", "Reopen {count} images: why?").format(count=count)
