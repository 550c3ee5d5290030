"""Reading the seed files: dates stay text, and a file says what it holds in its one key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def load(folder: str, name: str) -> Any:
    """What ``seeds/<folder>/<name>.yaml`` holds under its key ``<name>``."""
    with (SEEDS / folder / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.safe_load(file)[name]


def take(row: Mapping[str, Any], **renamed: str) -> dict[str, Any]:
    """The row's values under our column names; what the row leaves out or has as null is left out."""
    return {column: row[key] for column, key in renamed.items() if row.get(key) is not None}
