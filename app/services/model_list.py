"""Every model there is: those that ship, and those on the shelf."""

from app.services.models import contrast_model, starter_card, starter_folder, starter_model
from app.services.shelf import Shelf
from app.services.shelf_model import ShelfModel
from app.services.shelf_names import CONTRAST, STARTER

_LICENCE = "AGPL-3.0-or-later"


def list_models(shelf: Shelf) -> list[ShelfModel]:
    """Those that ship first. A model that can't be used is among them, with its `problem`."""
    return [_starter(shelf), _contrast(shelf), *shelf.all()]


def listed_model(shelf: Shelf, name: str) -> ShelfModel:
    """Raises UserError when no model is called so, or it can't be used."""
    for shipped in (_starter, _contrast):
        model = shipped(shelf)
        if model.name == name.casefold():
            return model
    found = shelf.find(name)
    if found is None:
        raise shelf.unknown(name)
    return found


def _starter(shelf: Shelf) -> ShelfModel:
    model, card = starter_model(), starter_card()
    return ShelfModel(
        STARTER,
        "ultralytics",
        f"{card['task']}, {card['architecture']}",
        model.weights,
        model.weights_hash,
        (starter_folder() / card["weights"]).stat().st_size,
        source="ships with Flawmark",
        licence=card["licence"],
        class_names=model.class_names,
        needs=("ultralytics", "0.9 GB of memory"),
        is_shipped=True,
        trial=shelf.trial_of_shipped(STARTER, model.weights_hash),
    )


def _contrast(shelf: Shelf) -> ShelfModel:
    version = contrast_model().weights_hash
    return ShelfModel(
        CONTRAST,
        "contrast",
        "flat field and local contrast",
        weights=None,
        weights_hash=version,
        size_bytes=0,
        source="ships with Flawmark",
        licence=_LICENCE,
        is_shipped=True,
        trial=shelf.trial_of_shipped(CONTRAST, version),
    )
