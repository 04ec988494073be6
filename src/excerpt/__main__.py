"""`python -m excerpt` is the command `excerpt`."""

import sys

from excerpt.cli import main

sys.exit(main())
