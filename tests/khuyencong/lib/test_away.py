"""While the database is away pages say so, and for how long to wait."""

from __future__ import annotations

import psycopg2
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection
from django.test import Client

from khuyencong.lib.away import AWAY, are_files_away, is_away


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Of somebody who is signed in, as far as the cookie says, when nobody listens where the database was."""

    def load(_: SessionStore) -> None:
        away = connection.copy()
        away.settings_dict["HOST"] = "/khong/co"
        away.ensure_connection()

    monkeypatch.setattr(SessionStore, "load", load)
    made = Client(raise_request_exception=False)
    made.cookies["sessionid"] = "a" * 32
    return made


@pytest.mark.django_db
def test_a_page_says_that_the_database_is_away_and_when_to_try_again(client: Client) -> None:
    response = client.get("/", headers={"Accept": "text/html"})
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert AWAY in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "accepts"), [("/api/v1/projects/", "*/*"), ("/", "application/json")], ids=["api", "form"]
)
def test_a_program_is_told_in_json(client: Client, address: str, accepts: str) -> None:
    response = client.get(address, headers={"Accept": accepts})
    assert (response.status_code, response["Retry-After"], response.json()) == (503, "10", {"detail": AWAY})


@pytest.mark.parametrize(
    ("cause", "away"),
    [
        (psycopg2.OperationalError("server closed the connection unexpectedly"), True),
        (psycopg2.errors.CannotConnectNow("the database system is in recovery mode"), True),
        (psycopg2.errors.AdminShutdown("terminating connection"), True),
        (psycopg2.errors.DeadlockDetected(), False),
        (psycopg2.errors.DiskFull(), False),
    ],
)
def test_what_the_database_says_about_a_command_is_a_fault_and_no_absence(
    cause: Exception, away: bool
) -> None:
    error = OperationalError()
    error.__cause__ = cause
    assert is_away(error) is away


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (EndpointConnectionError(endpoint_url="https://s3.example.vn"), True),
        (ParamValidationError(report="x"), False),
        (ClientError({"ResponseMetadata": {"HTTPStatusCode": 503}}, "PutObject"), True),
        (ClientError({"ResponseMetadata": {"HTTPStatusCode": 403}}, "PutObject"), False),
        (FileNotFoundError(), False),
    ],
)
def test_what_the_bucket_refuses_is_a_fault_and_no_absence(error: Exception, away: bool) -> None:
    assert are_files_away(error) is away
