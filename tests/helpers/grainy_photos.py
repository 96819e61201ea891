"""Grainy surfaces with things drawn on them whose places are known exactly."""

import numpy as np

from app.core.geometry import Box
from app.imaging.opencv import cv2


def grainy(height=400, width=600, *, seed=0, grain=4.0):
    """A surface with grain, brighter towards the right: height x width x 3, RGB."""
    noise = np.random.default_rng(seed).normal(0, grain, (height, width))
    light = np.linspace(90, 150, width)[None]
    return finished(light + cv2.GaussianBlur(noise, (0, 0), 0.7) * 1.5)


def finished(grey):
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def with_blot(photo, left, top, width, height, *, by=-45):
    """An ellipse that fills the box, darker or brighter by so many levels; and the box."""
    mask = np.zeros(photo.shape[:2], np.float32)
    centre = (left + width / 2 - 0.5, top + height / 2 - 0.5)
    shape = (centre, (width - 1, height - 1), 0)
    cv2.ellipse(mask, shape, 1, -1)
    changed = photo[..., 0].astype(np.float32) + by * mask
    return finished(changed), Box(left, top, left + width, top + height)


def with_bar(photo, left, top, width, height, *, by=-45):
    changed = photo[..., 0].astype(np.float32)
    changed[top : top + height, left : left + width] += by
    return finished(changed), Box(left, top, left + width, top + height)


def with_streak(photo, x, top, bottom, *, lean=0.0, width=5.0, by=-14):
    """A faint line from (x, top) to (x + lean, bottom), and the box around it."""
    rows, columns = np.mgrid[: photo.shape[0], : photo.shape[1]] + 0.5
    middle = x + lean * (rows - top) / (bottom - top)
    here = (np.abs(columns - middle) < width / 2) & (rows > top) & (rows < bottom)
    box = Box(x + min(lean, 0) - width / 2, top, x + max(lean, 0) + width / 2, bottom)
    return finished(photo[..., 0].astype(np.float32) + by * here), box
