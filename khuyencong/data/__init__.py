"""Reference data as files: README.md says where each comes from and how sure it is."""

import csv
import datetime as dt
from pathlib import Path

HERE = Path(__file__).resolve().parent


def rows(name: str) -> list[dict[str, str]]:
    """The lines of ``name``.csv by column; an empty cell is an empty string."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(cell: str) -> dt.date | None:
    """An ISO date, or None for an empty cell."""
    return dt.date.fromisoformat(cell) if cell else None
