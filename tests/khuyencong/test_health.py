"""What a probe is told, and what it need not bring."""

from __future__ import annotations

import pytest
from celery import current_app
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

PATH = "/healthz"
WELL = {"database": True, "redis": True, "migrations": True}


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_all_is_well(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client.get(PATH)
    with django_assert_max_num_queries(3):
        response = client.get(PATH)
    assert (response.status_code, response.json(), response["Cache-Control"]) == (200, WELL, "no-store")


@pytest.mark.django_db
def test_a_probe_needs_neither_a_known_name_nor_tls_and_gets_no_session(  # type: ignore[no-untyped-def]
    client: Client, settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client.cookies["sessionid"] = "a" * 32
    response = client.get(PATH, headers={"Host": "10.0.0.7"})
    assert (response.status_code, response.json()) == (200, WELL)
    assert "Set-Cookie" not in response.headers


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_is_told(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'projects' AND name = '0001_files'")
    response = client.get(PATH)
    assert (response.status_code, response.json()) == (503, WELL | {"migrations": False})


@pytest.mark.django_db
def test_a_redis_that_is_away_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis+socket:///khong/co.sock")
    response = client.get(PATH)
    assert (response.status_code, response.json()) == (503, WELL | {"redis": False})


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_and_not_asked_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = connection.copy()
    away.settings_dict["HOST"] = "/khong/co"
    monkeypatch.setattr("khuyencong.health.connection", away)
    response = client.get(PATH)
    assert (response.status_code, response.json()) == (503, WELL | {"database": False, "migrations": False})


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_answers_questions(client: Client, method: str) -> None:
    assert getattr(client, method)(PATH).status_code == 405


def test_an_address_beside_it_is_not_answered(client: Client) -> None:
    assert client.get(f"{PATH}/").status_code == 404
