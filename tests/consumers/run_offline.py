"""Runs a program of an environment of tests/consumers as it is, but without network and GPU.

Run as `run_offline.py PROGRAM ARGUMENTS…` by the environment that holds it.
"""

import runpy
import sys

from offline import do_without_torchaudio, stay_offline

if __name__ == "__main__":
    stay_offline()
    do_without_torchaudio()
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
