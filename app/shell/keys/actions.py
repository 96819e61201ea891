"""All that a person can do in the window: one table for menus, keys, cheat sheet, key editor."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

Group = Literal["image", "boxes", "tools", "view", "review", "models", "window"]
Kind = Literal["press", "toggle", "hold"]
"""What its key does: acts once, switches between on and off, or acts for as long as it is down."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Marks a text for lupdate, which knows it by this name; it is translated when it is shown."""
    return text


GROUP_TITLES: dict[Group, str] = {
    "image": QT_TRANSLATE_NOOP("Actions", "Image"),
    "boxes": QT_TRANSLATE_NOOP("Actions", "Boxes"),
    "tools": QT_TRANSLATE_NOOP("Actions", "Tools"),
    "view": QT_TRANSLATE_NOOP("Actions", "View"),
    "review": QT_TRANSLATE_NOOP("Actions", "Review"),
    "models": QT_TRANSLATE_NOOP("Actions", "Models"),
    "window": QT_TRANSLATE_NOOP("Actions", "Window"),
}
GROUPS: tuple[Group, ...] = tuple(GROUP_TITLES)


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing to do.

    `title` is English and marked for translation. `keys` are in Qt's portable words, the first is
    the one that menus show. `repeats`: a key that is kept down does it again and again.
    `icon` is a name in Phosphor, "" for none.
    Raises ValueError for one that is held down and stands in a menu.
    """

    name: str
    group: Group
    title: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    kind: Kind = "press"
    repeats: bool = False
    in_menu: bool = True

    def __post_init__(self) -> None:
        if self.kind == "hold" and self.in_menu:
            raise ValueError(f"a menu can't hold {self.name!r} down")


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("accept_submit_next", "image",
        QT_TRANSLATE_NOOP("Actions", "Accept all, submit, next"),
        ("Space", "Return", "Enter"), "checks"),
    ActionSpec("mark_normal", "image",
        QT_TRANSLATE_NOOP("Actions", "Normal: no defect"), ("N",), "check-circle", "toggle"),
    ActionSpec("mark_normal_submit_next", "image",
        QT_TRANSLATE_NOOP("Actions", "Normal, submit, next"), ("Shift+N",)),
    ActionSpec("next", "image",
        QT_TRANSLATE_NOOP("Actions", "Next image"), ("D", "PgDown"), "caret-right", repeats=True),
    ActionSpec("previous", "image",
        QT_TRANSLATE_NOOP("Actions", "Previous image"), ("A", "PgUp"), "caret-left", repeats=True),
    ActionSpec("next_unfinished", "image",
        QT_TRANSLATE_NOOP("Actions", "Next unfinished image"), ("Shift+D",), "caret-double-right"),
    ActionSpec("go_back", "image",
        QT_TRANSLATE_NOOP("Actions", "Back to the image seen before"), ("Alt+Left",),
        "arrow-u-up-left"),
    ActionSpec("exclude", "image",
        QT_TRANSLATE_NOOP("Actions", "Exclude the image …"), ("Ctrl+E",), "prohibit"),
    ActionSpec("reopen", "image",
        QT_TRANSLATE_NOOP("Actions", "Reopen the image …"), ("Ctrl+R",), "lock-open"),
    ActionSpec("add_photos", "image",
        QT_TRANSLATE_NOOP("Actions", "Add photos …"), ("Ctrl+I",), "image"),
    ActionSpec("export", "image",
        QT_TRANSLATE_NOOP("Actions", "Export …"), ("Ctrl+Shift+E",), "export"),

    ActionSpec("undo", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Undo"), ("Ctrl+Z",), "arrow-counter-clockwise",
        repeats=True),
    ActionSpec("redo", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "arrow-clockwise",
        repeats=True),
    ActionSpec("accept_selected", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Accept the selected"), ("E",), "check"),
    ActionSpec("delete", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Delete the selected"), ("X", "Del", "Backspace"), "trash"),
    ActionSpec("accept_all", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Accept all proposals"), ("Shift+E",), "checks"),
    ActionSpec("reject_all_proposals", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Reject all proposals"), ("Shift+X",), "x"),
    ActionSpec("next_under_cursor", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Next box under the pointer, or next outline"), ("Tab",),
        repeats=True),
    ActionSpec("next_box", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Next box"), (".",), repeats=True),
    ActionSpec("previous_box", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Previous box"), (",",), repeats=True),
    ActionSpec("select_all", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Select all"), ("Ctrl+A",), "selection-all"),
    ActionSpec("duplicate", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Duplicate"), ("Ctrl+D",), "copy-simple"),
    ActionSpec("copy", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Copy"), ("Ctrl+C",), "copy"),
    ActionSpec("paste", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Paste"), ("Ctrl+V",), "clipboard"),
    ActionSpec("paste_previous", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Take over the previous image's boxes"), ("T",), "stack"),
    ActionSpec("fit_to_content", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Fit the boxes to what they hold"), ("Shift+G",), "magnet"),
    ActionSpec("class_up", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Current class one up"), ("Alt+Up",), in_menu=False),
    ActionSpec("class_down", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Current class one down"), ("Alt+Down",), in_menu=False),
    ActionSpec("nudge_left", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Left by 1 pixel"), ("Left",), repeats=True, in_menu=False),
    ActionSpec("nudge_right", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Right by 1 pixel"), ("Right",), repeats=True, in_menu=False),
    ActionSpec("nudge_up", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Up by 1 pixel"), ("Up",), repeats=True, in_menu=False),
    ActionSpec("nudge_down", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Down by 1 pixel"), ("Down",), repeats=True, in_menu=False),
    ActionSpec("nudge_left_10", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Left by 10 pixels"), ("Shift+Left",),
        repeats=True, in_menu=False),
    ActionSpec("nudge_right_10", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Right by 10 pixels"), ("Shift+Right",),
        repeats=True, in_menu=False),
    ActionSpec("nudge_up_10", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Up by 10 pixels"), ("Shift+Up",),
        repeats=True, in_menu=False),
    ActionSpec("nudge_down_10", "boxes",
        QT_TRANSLATE_NOOP("Actions", "Down by 10 pixels"), ("Shift+Down",),
        repeats=True, in_menu=False),

    ActionSpec("correct", "tools",
        QT_TRANSLATE_NOOP("Actions", "Correct boxes"), ("V",), "cursor", "toggle"),
    ActionSpec("draw", "tools",
        QT_TRANSLATE_NOOP("Actions", "Draw boxes"), ("W",), "bounding-box", "toggle"),
    ActionSpec("polygon", "tools",
        QT_TRANSLATE_NOOP("Actions", "Draw polygons"), ("P",), "polygon", "toggle"),
    ActionSpec("brush", "tools",
        QT_TRANSLATE_NOOP("Actions", "Paint masks"), ("B",), "paint-brush", "toggle"),
    ActionSpec("segment", "tools",
        QT_TRANSLATE_NOOP("Actions", "Outline by a click"), ("O",), "selection-plus", "toggle"),
    ActionSpec("ruler", "tools",
        QT_TRANSLATE_NOOP("Actions", "Measure"), ("R",), "ruler", "toggle"),
    ActionSpec("brush_larger", "tools",
        QT_TRANSLATE_NOOP("Actions", "Larger brush"), ("]",), repeats=True),
    ActionSpec("brush_smaller", "tools",
        QT_TRANSLATE_NOOP("Actions", "Smaller brush"), ("[",), repeats=True),

    ActionSpec("fit", "view",
        QT_TRANSLATE_NOOP("Actions", "Whole image"), ("F",), "corners-out"),
    ActionSpec("actual_size", "view",
        QT_TRANSLATE_NOOP("Actions", "1:1"), ("Z",), "frame-corners"),
    ActionSpec("fit_box", "view",
        QT_TRANSLATE_NOOP("Actions", "Close up on the box"), ("G",), "crosshair-simple"),
    ActionSpec("zoom_in", "view",
        QT_TRANSLATE_NOOP("Actions", "Zoom in"), ("+", "="), "magnifying-glass-plus",
        repeats=True),
    ActionSpec("zoom_out", "view",
        QT_TRANSLATE_NOOP("Actions", "Zoom out"), ("-",), "magnifying-glass-minus", repeats=True),
    ActionSpec("compare", "view",
        QT_TRANSLATE_NOOP("Actions", "Without looking aids, while held"), ("Q",), kind="hold",
        in_menu=False),
    ActionSpec("previous_layer", "view",
        QT_TRANSLATE_NOOP("Actions", "Previous layer, while held"), ("S",), kind="hold",
        in_menu=False),
    ActionSpec("next_layer", "view",
        QT_TRANSLATE_NOOP("Actions", "Next layer, while held"), ("Shift+S",), kind="hold",
        in_menu=False),
    ActionSpec("boxes_shown", "view",
        QT_TRANSLATE_NOOP("Actions", "Boxes"), ("H",), "eye", "toggle"),
    ActionSpec("proposals_shown", "view",
        QT_TRANSLATE_NOOP("Actions", "Proposals"), ("J",), "robot", "toggle"),
    ActionSpec("people_shown", "view",
        QT_TRANSLATE_NOOP("Actions", "Boxes by people"), ("Shift+J",), "user", "toggle"),
    ActionSpec("names_shown", "view",
        QT_TRANSLATE_NOOP("Actions", "Names on boxes"), ("Shift+H",), "tag", "toggle"),
    ActionSpec("fills_shown", "view",
        QT_TRANSLATE_NOOP("Actions", "Colour inside boxes"), ("Shift+F",), "paint-bucket",
        "toggle"),
    ActionSpec("reveal_blind", "view",
        QT_TRANSLATE_NOOP("Actions", "Uncover a blind image"), ("U",), "eye-slash"),
    ActionSpec("crosshair", "view",
        QT_TRANSLATE_NOOP("Actions", "Crosshair"), ("C",), "crosshair", "toggle"),
    ActionSpec("magnifier", "view",
        QT_TRANSLATE_NOOP("Actions", "Magnifier"), ("M",), "magnifying-glass", "toggle"),
    ActionSpec("flat_field", "view",
        QT_TRANSLATE_NOOP("Actions", "Even out the lighting"), ("L",), "sun-dim", "toggle"),
    ActionSpec("clahe", "view",
        QT_TRANSLATE_NOOP("Actions", "Local contrast"), ("K",), "circle-half", "toggle"),
    ActionSpec("invert", "view",
        QT_TRANSLATE_NOOP("Actions", "Invert"), ("I",), "circle-half-tilt", "toggle"),
    ActionSpec("looks_reset", "view",
        QT_TRANSLATE_NOOP("Actions", "All looking aids off"), ("Shift+Q",), "eraser"),

    ActionSpec("approve_next", "review",
        QT_TRANSLATE_NOOP("Actions", "Approve, next"), ("Ctrl+Return",), "check-square"),
    ActionSpec("return", "review",
        QT_TRANSLATE_NOOP("Actions", "Return …"), ("Shift+R",), "arrow-bend-up-left"),
    ActionSpec("pin_reason", "review",
        QT_TRANSLATE_NOOP("Actions", "Pin a reason on the box …"), ("Shift+P",), "push-pin"),
    ActionSpec("next_version", "review",
        QT_TRANSLATE_NOOP("Actions", "Blink: the models' boxes, as handed in, as they stand"),
        ("Shift+V",), "swap"),
    ActionSpec("next_to_review", "review",
        QT_TRANSLATE_NOOP("Actions", "Next image to review"), ("Shift+Y",),
        "caret-double-right"),
    ActionSpec("review_queue", "review",
        QT_TRANSLATE_NOOP("Actions", "List what waits for review, likeliest faults first"),
        ("Ctrl+Shift+R",), "funnel"),
    ActionSpec("crop_wall", "review",
        QT_TRANSLATE_NOOP("Actions", "Wall of crops"), ("Ctrl+Shift+W",), "squares-four"),
    ActionSpec("people", "review",
        QT_TRANSLATE_NOOP("Actions", "People …"), icon="users-three"),

    ActionSpec("prelabel_here", "models",
        QT_TRANSLATE_NOOP("Actions", "Pre-label this image"), ("Shift+M",), "magic-wand"),
    ActionSpec("prelabel_dialog", "models",
        QT_TRANSLATE_NOOP("Actions", "Pre-label many images"), ("Ctrl+M",), "robot"),
    ActionSpec("find_similar_here", "models",
        QT_TRANSLATE_NOOP("Actions", "Find similar on this image"), ("Ctrl+G",),
        "squares-four"),
    ActionSpec("find_similar", "models",
        QT_TRANSLATE_NOOP("Actions", "Find similar on the other images"),
        ("Ctrl+Shift+G",)),
    ActionSpec("carry_over", "models",
        QT_TRANSLATE_NOOP("Actions", "Carry over the previous layer's boxes"), ("Shift+T",),
        "stack-simple"),
    ActionSpec("cancel_model", "models",
        QT_TRANSLATE_NOOP("Actions", "Stop the model"), ("Ctrl+.",), "stop"),

    ActionSpec("new", "window",
        QT_TRANSLATE_NOOP("Actions", "New project"), ("Ctrl+N",), "folder-plus"),
    ActionSpec("open", "window",
        QT_TRANSLATE_NOOP("Actions", "Open a project"), ("Ctrl+O",), "folder-open"),
    ActionSpec("start_page", "window",
        QT_TRANSLATE_NOOP("Actions", "Close the project"), ("Ctrl+W",), "house"),
    ActionSpec("find", "window",
        QT_TRANSLATE_NOOP("Actions", "Find images"), ("Ctrl+F", "/"), "funnel"),
    ActionSpec("cheat_sheet", "window",
        QT_TRANSLATE_NOOP("Actions", "All keys at a glance"), ("?", "F1"), "question"),
    ActionSpec("keys", "window",
        QT_TRANSLATE_NOOP("Actions", "Change keys"), ("Ctrl+K",), "keyboard"),
    ActionSpec("messages", "window",
        QT_TRANSLATE_NOOP("Actions", "Messages"), ("Ctrl+Shift+M",), "chat-text"),
    ActionSpec("theme_system", "window",
        QT_TRANSLATE_NOOP("Actions", "Theme of the system"), kind="toggle", icon="monitor"),
    ActionSpec("theme_light", "window",
        QT_TRANSLATE_NOOP("Actions", "Light theme"), kind="toggle", icon="sun"),
    ActionSpec("theme_dark", "window",
        QT_TRANSLATE_NOOP("Actions", "Dark theme"), kind="toggle", icon="moon"),
    ActionSpec("language_system", "window",
        QT_TRANSLATE_NOOP("Actions", "Language of the system"), kind="toggle", icon="translate"),
    # In its own words each, for whoever can't read the others.
    ActionSpec("language_en", "window", "English", kind="toggle"),
    ActionSpec("language_zh_CN", "window", "简体中文", kind="toggle"),
    ActionSpec("quit", "window",
        QT_TRANSLATE_NOOP("Actions", "Quit"), ("Ctrl+Q",), "sign-out"),
)  # fmt: skip


def group_title(group: Group) -> str:
    """In the language of the screen."""
    return QCoreApplication.translate("Actions", GROUP_TITLES[group])


def action_title(spec: ActionSpec) -> str:
    """In the language of the screen."""
    return QCoreApplication.translate("Actions", spec.title)
