"""Start checks: the tables of the chain name known, reachable states and one row for each case."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from projects.states import State
from projects.workflow import ROUTES


def check_routes(**_: Any) -> list[CheckMessage]:
    """One error for each fault of the tables; the program does not start with any."""
    return [
        Error(fault, id="projects.E001") for route in ROUTES.values() for fault in route.faults(State.values)
    ]
