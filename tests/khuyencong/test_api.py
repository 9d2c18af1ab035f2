"""The API's description: valid, without gaps, and what is answered has the described shape."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from khuyencong.lib.vietnamese import fold

pytestmark = pytest.mark.django_db


def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    make: Any = SchemaGenerator  # untyped
    found: dict[str, Any] = make().get_schema(request=None, public=True)
    return found


def test_the_schema_is_valid_and_nothing_in_it_was_guessed() -> None:
    validate: Any = validate_schema  # untyped
    validate(schema())
    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})


def test_the_schema_is_open_to_programs_that_have_not_signed_in() -> None:
    answer = Client().get("/api/schema/")
    assert answer.status_code == 200
    assert "/api/v1/projects/{code}/actions/{action}/" in answer.content.decode()


def test_the_schema_speaks_vietnamese() -> None:
    summaries = [
        operation["summary"]
        for path, methods in schema()["paths"].items()
        if path.startswith("/api/v1/") and "report" not in path and "job" not in path
        for operation in methods.values()
    ]
    assert [summary for summary in summaries if fold(summary) == summary.lower()] == []


def test_an_address_that_leads_nowhere_is_said_in_json() -> None:
    answer = Client().get("/api/v1/khong-co/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Không có địa chỉ này."})
