"""The tests of refitting use the helpers of those of the matching stage."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
