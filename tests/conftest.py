"""For every test: the processes that tests start may keep what Python compiled for them."""

import os

# Where a machine forbids it, each of the many processes compiles torch anew: minutes, in all.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
