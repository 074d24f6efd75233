"""`python -m apus` is the command `apus`."""

import sys

from .cli import main

sys.exit(main())
