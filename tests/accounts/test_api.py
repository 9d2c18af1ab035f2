"""Signing a program in, and the key it gets."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.queries import organisation_on
from accounts.services import give_position
from tests.api import Program, faults
from tests.cast import PASSWORD, position

pytestmark = pytest.mark.django_db

GOOD = {"username": "centre.hai-phong", "password": PASSWORD}


def sign_in(body: Any) -> tuple[int, Any]:
    answer = Client().post("/api/v1/token/", body, content_type="application/json")
    return answer.status_code, answer.json()


def projects(key: str, **headers: str) -> int:
    client = Client(headers={"Authorization": f"Token {key}", **headers})
    return client.get("/api/v1/projects/").status_code


def test_a_name_and_a_password_give_a_key_that_opens_the_api_until_it_expires() -> None:
    status, answer = sign_in(GOOD)
    assert (status, sorted(answer)) == (200, ["expires", "token"])
    assert dt.datetime.fromisoformat(answer["expires"]) > dt.datetime.now(dt.UTC) + dt.timedelta(days=29)
    assert projects(answer["token"]) == 200


def test_a_key_is_given_back_and_opens_nothing_more() -> None:
    key = sign_in(GOOD)[1]["token"]
    client = Client(headers={"Authorization": f"Token {key}"})
    assert client.delete("/api/v1/token/").status_code == 204
    assert projects(key) == 401
    assert client.delete("/api/v1/token/").status_code == 401


def test_a_wrong_password_says_so_without_saying_which_name_exists() -> None:
    known = sign_in({**GOOD, "password": "sai"})
    unknown = sign_in({"username": "khong-co", "password": "sai"})
    assert (
        known
        == unknown
        == (
            400,
            {
                "errors": [
                    {
                        "field": "password",
                        "code": "invalid",
                        "message": "Tên đăng nhập hoặc mật khẩu không đúng.",
                    }
                ]
            },
        )
    )


def test_too_many_wrong_passwords_lock_the_name_with_a_sentence_in_json() -> None:
    answers = [sign_in({**GOOD, "password": "sai"})[0] for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1] == 429
    status, answer = sign_in(GOOD)
    assert (status, list(answer)) == (429, ["detail"])


def test_who_must_change_the_password_first_gets_no_key() -> None:
    User.objects.filter(username="centre.hai-phong").update(must_change_password=True)
    assert sign_in(GOOD)[0] == 403


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"username": "required", "password": "required"}),
        ({**GOOD, "pasword": "x"}, {"pasword": "unknown"}),
        ({**GOOD, "username": {"a": 1}}, {"username": "invalid"}),
    ],
)
def test_a_body_that_is_not_understood_is_refused(body: Any, expected: dict[str, str]) -> None:
    status, answer = sign_in(body)
    assert (status, faults(answer)) == (400, expected)


def test_a_person_with_several_positions_is_asked_for_one_and_acts_in_it() -> None:
    first = position("dept.hai-phong")
    second = give_position(
        User.objects.get(username="dept.hai-phong"),
        organisation=organisation_on("cuc-khuyen-cong"),
        kind="OFFICER",
        by=position("operator"),
    )
    program = Program("dept.hai-phong")
    status, answer = program.get("/projects/")
    assert (status, {row["id"] for row in answer["positions"]}) == (400, {first.pk, second.pk})
    headers = {"X-Position": str(second.pk)}
    assert program.client.get("/api/v1/projects/", headers=headers).status_code == 200
    assert program.client.get("/api/v1/projects/", headers={"X-Position": "1"}).status_code == 400


def test_without_a_key_the_api_answers_401_in_json() -> None:
    answer = Client().get("/api/v1/projects/")
    assert (answer.status_code, list(answer.json())) == (401, ["detail"])
