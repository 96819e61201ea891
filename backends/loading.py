"""A model as its settings want it: loaded, and cut into tiles where they say so."""

from typing import Any

from backends.base import BackendSpec, DetectorSettings, WorkerSettings


def load_model(spec: BackendSpec, settings: WorkerSettings) -> Any:  # noqa: ANN401 - see `load`
    """Raises as `BackendSpec.load`."""
    model = spec.load(settings)
    if not isinstance(settings, DetectorSettings) or settings.tile_px is None:
        return model
    from backends.tiling import TiledDetector

    return TiledDetector(
        model,
        settings.tile_px,
        settings.tile_overlap,
        max_detections=settings.max_detections,
    )
