"""Run the command `excerpt` with `python -m excerpt`."""

import sys

from excerpt.cli import main

sys.exit(main())
