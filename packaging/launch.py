"""What the bundle's two programs run: `flawmark` the command line, `flawmark-window` the window."""

import multiprocessing
import sys
from pathlib import Path

from app.__main__ import main

WINDOW = "flawmark-window"

if __name__ == "__main__":
    multiprocessing.freeze_support()  # a process that is started by ours runs this file, too
    if Path(sys.executable).stem == WINDOW:
        sys.argv.insert(1, "open")
    main()
