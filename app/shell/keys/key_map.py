"""Which key does what: the table's own keys, as a person changed them, beside those of classes."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from PySide6.QtCore import QCoreApplication

from app.core.errors import UserError
from app.core.hotkeys import DIGITS, keys_of_classes
from app.core.label_class import LabelClass
from app.shell.keys.actions import ACTIONS, GROUPS, ActionSpec, action_title, group_title
from app.shell.keys.by_mouse import mouse_section
from widgets.frame.cheat_sheet import KeyLine, KeySection
from widgets.frame.key_editor import EditableKeys, EditableSection
from widgets.frame.key_names import portable, shown
from widgets.words import class_title

TAG_KEYS = tuple(f"Alt+{digit}" for digit in DIGITS[:9])


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The keys of every action, in Qt's portable words. `changed` is what a person chose, by name.

    A key that a person gave to one action is taken from the default keys of any other, so that no
    key ever has two meanings; unknown actions, unreadable and reserved keys are passed over.
    """

    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    specs: tuple[ActionSpec, ...] = ACTIONS
    _by_name: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _by_key: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key: dict[str, str] = {}
        chosen = [(s.name, self.changed[s.name]) for s in self.specs if s.name in self.changed]
        default = [(s.name, s.keys) for s in self.specs if s.name not in self.changed]
        for name, keys in chosen + default:
            for key in filter(None, map(portable, keys)):
                if key not in _FIXED:
                    by_key.setdefault(key, name)
        by_name: dict[str, tuple[str, ...]] = {s.name: () for s in self.specs}
        for key, name in by_key.items():
            by_name[name] += (key,)
        object.__setattr__(self, "_by_key", by_key)
        object.__setattr__(self, "_by_name", by_name)

    def keys(self, name: str) -> tuple[str, ...]:
        """The first is the one to show. Raises KeyError for an action that isn't in the table."""
        return self._by_name[name]

    def holder(self, key: str) -> str | None:
        """The name of the action that the key belongs to."""
        return self._by_key.get(portable(key))

    def with_keys(
        self, name: str, keys: Sequence[str], *, of_classes: Mapping[str, str] | None = None
    ) -> Self:
        """`of_classes`: the title of the class that each of the project's class keys picks.

        Raises UserError, naming what it does already, for a key that is taken.
        """
        for key in keys:
            if (portable(key) in _FIXED) or (of_classes and portable(key) in of_classes):
                raise _reserved(key, (of_classes or {}).get(portable(key), ""))
            if (other := self._by_key.get(portable(key), name)) != name:
                raise _taken(key, self.title(other))
        return replace(self, changed={**self.changed, name: tuple(map(portable, keys))})

    def with_default(self, name: str) -> Self:
        """Raises UserError when another action has one of its own keys by now."""
        back = replace(self, changed={n: k for n, k in self.changed.items() if n != name})
        for key in next(s.keys for s in self.specs if s.name == name):
            if (other := back._by_key[key]) != name:
                raise _taken(key, self.title(other))
        return back

    def title(self, name: str) -> str:
        """Of an action, in the language of the screen."""
        return next(action_title(s) for s in self.specs if s.name == name)


def class_keys(classes: Sequence[LabelClass], taken: Container[str]) -> dict[str, int]:
    """Id of the class that a key picks; an action keeps its key from a class (`taken`)."""
    return keys_of_classes(classes, taken, named=portable)


def key_for_class(key_map: KeyMap, key: str) -> str:
    """A key that somebody pressed for a class, as the project keeps it: one character.

    Raises UserError for a key that is none, and, naming what it does, for one that an action has.
    """
    if len(key) != 1:
        what = QCoreApplication.translate("Keys", "“{key}” can't be the key of a class.")
        hint = QCoreApplication.translate("Keys", "Choose a letter, a digit or a sign.")
        raise UserError(what.format(key=shown(key)), hint=hint)
    holder = key_map.holder(key)
    if holder is not None:
        raise _taken(key, key_map.title(holder))
    return key.lower()


def taken_keys(key_map: KeyMap) -> frozenset[str]:
    """All keys that actions have."""
    return frozenset(key for spec in key_map.specs for key in key_map.keys(spec.name))


def taken_characters(key_map: KeyMap) -> frozenset[str]:
    """Those that actions have of all that could be a class's key, casefolded."""
    return frozenset(key.casefold() for key in taken_keys(key_map) if len(key) == 1)


def class_key_titles(classes: Sequence[LabelClass], key_map: KeyMap) -> dict[str, str]:
    """The title of the class that each class key picks."""
    titles = {c.id: class_title(c) for c in classes}
    return {key: titles[i] for key, i in class_keys(classes, taken_keys(key_map)).items()}


def shown_key(key_map: KeyMap, name: str) -> str:
    """As menus show it; "" where the action has none. Raises KeyError for no action."""
    keys = key_map.keys(name)
    return shown(keys[0]) if keys else ""


def shown_class_keys(classes: Sequence[LabelClass], key_map: KeyMap) -> dict[int, str]:
    """For each class that has one, its key as people know it."""
    keys = class_keys(classes, taken_keys(key_map))
    return {class_id: shown(key) for key, class_id in reversed(keys.items())}


def cheat_sections(
    key_map: KeyMap, classes: Sequence[LabelClass], tags: Sequence[str]
) -> list[KeySection]:
    """What the cheat sheet shows: all actions that have a key, classes and tags, the mouse."""
    sections = [
        KeySection(
            group_title(group),
            tuple(
                KeyLine(action_title(spec), key_map.keys(spec.name))
                for spec in key_map.specs
                if spec.group == group and key_map.keys(spec.name)
            ),
        )
        for group in GROUPS
    ]
    picked = class_keys(classes, taken_keys(key_map))
    of_classes = tuple(
        KeyLine(class_title(c), tuple(k for k, i in picked.items() if i == c.id), c.colour)
        for c in classes
    )
    of_tags = tuple(KeyLine(tag, (key,)) for tag, key in zip(tags, TAG_KEYS, strict=False))
    sections[1:1] = [
        KeySection(QCoreApplication.translate("Keys", "Classes"), of_classes),
        KeySection(QCoreApplication.translate("Keys", "Tags"), of_tags),
    ]
    sections.append(mouse_section())
    return [section for section in sections if section.lines]


def editable_sections(key_map: KeyMap) -> list[EditableSection]:
    """What the key editor shows: every action."""
    return [
        EditableSection(
            group_title(group),
            tuple(
                EditableKeys(
                    spec.name,
                    action_title(spec),
                    key_map.keys(spec.name),
                    is_changed=spec.name in key_map.changed,
                )
                for spec in key_map.specs
                if spec.group == group
            ),
        )
        for group in GROUPS
    ]


_FIXED = frozenset({*DIGITS, *TAG_KEYS, "Esc"})


def _taken(key: str, title: str) -> UserError:
    what = QCoreApplication.translate("Keys", "“{key}” already does “{title}”.")
    hint = QCoreApplication.translate("Keys", "Choose another key, or first change “{title}”.")
    return UserError(what.format(key=shown(key), title=title), hint=hint.format(title=title))


def _reserved(key: str, class_name: str) -> UserError:
    if class_name:
        what = QCoreApplication.translate("Keys", "“{key}” picks the class “{name}”.")
    elif portable(key) == "Esc":
        what = QCoreApplication.translate("Keys", "“{key}” always leaves what was begun.")
    else:
        what = QCoreApplication.translate("Keys", "“{key}” is kept for classes and tags.")
    hint = QCoreApplication.translate("Keys", "Choose another key.")
    return UserError(what.format(key=shown(key), name=class_name), hint=hint)
