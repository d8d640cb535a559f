"""`python -m puretodo`: the command."""

from __future__ import annotations

import sys

from puretodo.cli import main

sys.exit(main())
