"""`python -m didymium` is the same as the command `didymium`."""

import sys

from didymium.cli import main

sys.exit(main())
