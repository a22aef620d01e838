"""Reference data: YAML files, each under a header that explains its keys and names its source."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@cache
def load(name: str) -> Any:
    """Read `<name>.yml` of this folder, once per process; callers must not change what they get."""
    return yaml.load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
