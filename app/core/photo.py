"""What a photo is once it is read."""

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
"""One upright photo: HxWx3, red green blue, 0..255."""
