"""What a photo is once it is read."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
"""One upright photo: HxWx3, red green blue, 0..255."""

Preprocess = Literal["none", "flat_field_streaks"]
"""What a model wants done to a photo before it sees it."""
