"""People in front of the pages: signed in, and counted in what they ask of the database."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tenancy import acting_as
from projects.models import Project
from tests.cast import position

_FRAME = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|RESET ROLE|SET LOCAL ROLE|SELECT set_config)")


def browser(account: str) -> Client:
    """A browser in which ``account`` has signed in."""
    client = Client()
    client.force_login(User.objects.get(username=account))
    return client


def queries(account: str, url: str) -> list[str]:
    """What a page asks of the database, the frame of its transaction left out."""
    client = browser(account)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured if not _FRAME.match(query["sql"])]


def keep(account: str, url: str, fields: dict[str, Any]) -> Any:
    """A form that saves itself, as static/kc/keep.js sends it."""
    return browser(account).post(
        url, fields, headers={"X-Requested-With": "keep", "Accept": "application/json"}
    )


def project(code: str, account: str = "centre.hai-phong") -> Project:
    """The project as it is stored now."""
    with acting_as(position(account)):
        return Project.objects.get(code=code)


def rows(prefix: str, *given: dict[str, Any], stored: int = 0) -> dict[str, Any]:
    """Fields of a table of rows, as the browser sends them; ``stored`` rows were there when the page was made."""
    fields = {
        f"{prefix}-{number}-{name}": value for number, row in enumerate(given) for name, value in row.items()
    }
    return fields | {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": stored}
