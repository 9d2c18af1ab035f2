"""Whatever a program sends, it is answered as the schema says: schemathesis makes requests up, good ones and bad.

The requests are the same at every run, and few enough for the suite; `KC_REQUESTS=200` makes up more per address.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from accounts.services import issue_token
from tests.cast import position
from tests.projects import walks

pytestmark = pytest.mark.django_db

API = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
"""Not that every body that fits its shape is taken: what the law allows stands in no schema."""
MOST = int(os.environ.get("KC_REQUESTS", "10"))
WHO = {"lists": "agency.head", "reports": "dept.hai-phong", "jobs": "dept.hai-phong"}
"""Who sends, by the part of the API; elsewhere the centre."""


@pytest.fixture
def there(db: None) -> Iterator[dict[str, Any]]:
    """Keys of rows that are there: a draft, and a list that waits. Requests leave the connection open, as those of
    Django's own client do: the test's transaction is on it."""
    walk, begun = walks.draft(), walks.draft()
    walks.ready_to_propose(walk)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {"code": begun.year.project.code, "id": walks.decide("propose", walk).pk}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@API.parametrize()
@settings(
    max_examples=MOST,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_a_request_is_answered_as_the_schema_says(case: Any, there: dict[str, Any]) -> None:
    part = case.operation.path.split("/")[3]
    if case.operation.label != "DELETE /api/v1/token/":
        _, key = issue_token(position(WHO.get(part, "centre.hai-phong")).person)  # type: ignore[arg-type]  # people
        case.headers["Authorization"] = f"Token {key}"
    case.headers.pop("X-Position", None)
    case.headers["Accept-Encoding"] = "identity"  # schemathesis unpacks no answer that comes past a network
    if part in {"projects", "lists"}:
        case.path_parameters |= {name: there[name] for name in there if name in case.path_parameters}
    case.validate_response(case.call(), checks=CHECKS)
