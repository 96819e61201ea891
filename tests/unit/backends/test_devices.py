"""How a device decides on precision and on how many photos go through a model at once."""

import pytest

from backends.devices import computes_in_half, photos_at_once


@pytest.mark.parametrize(
    ("device", "is_half", "at_once"),
    [("cpu", False, 1), ("mps", False, 2), ("cuda:0", True, 16), ("cuda:11", True, 16)],
)
def test_a_gpu_takes_several_photos_and_cuda_half_precision(device, is_half, at_once):
    assert computes_in_half(device) is is_half
    assert photos_at_once(device, on_cuda=16, on_mps=2) == at_once
