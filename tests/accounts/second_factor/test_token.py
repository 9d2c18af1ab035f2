"""A program signs in for somebody whose position needs a second factor."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from accounts.models import Token
from accounts.second_factor import rules, services
from accounts.services import issue_token
from tests.accounts.second_factor.phone import code, person, with_app, wrong_code
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

HEAD = "dept.head.hai-phong"


@pytest.fixture(autouse=True)
def second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR = True


def ask(account: str = HEAD, **more: str) -> tuple[int, Any]:
    body = {"username": account, "password": PASSWORD, **more}
    answer = Client().post("/api/v1/token/", body, content_type="application/json")
    return answer.status_code, answer.json()


def reads(key: str) -> tuple[int, Any]:
    answer = Client(headers={"Authorization": f"Token {key}"}).get("/api/v1/projects/")
    return answer.status_code, answer.json()


def test_with_the_code_a_key_is_given_that_opens_the_api() -> None:
    with_app(HEAD)
    status, answer = ask(otp=code())
    assert status == 200
    assert reads(answer["token"])[0] == 200


def test_a_recovery_code_serves_once() -> None:
    one = services.make_codes(with_app(HEAD))[0]
    assert ask(otp=one)[0] == 200
    assert ask(otp=one)[0] == 400


@pytest.mark.parametrize("more", [{}, {"otp": ""}, {"otp": " "}])
def test_without_it_the_answer_says_what_is_missing(more: dict[str, str]) -> None:
    with_app(HEAD)
    assert ask(**more) == (403, {"detail": rules.ASKED, "code": "second_factor_required"})
    assert not Token.objects.exists()


def test_who_has_none_yet_is_sent_to_the_page() -> None:
    assert ask(otp="123456") == (403, {"detail": rules.ENROL_ON_PAGE, "code": "second_factor_required"})


def test_a_wrong_one_is_refused_and_counted_until_the_name_is_locked() -> None:
    with_app(HEAD)
    status, answer = ask(otp=wrong_code())
    assert (status, answer["errors"][0]["field"]) == (400, "otp")
    tries = [ask(otp=wrong_code())[0] for _ in range(django_settings.AXES_FAILURE_LIMIT - 1)]
    assert tries[-1] == 429
    assert ask(otp=code())[0] == 429


def test_a_code_used_on_the_page_gives_no_key() -> None:
    head = with_app(HEAD)
    used = code()
    assert services.take_code(head, used)
    assert ask(otp=used)[0] == 400


def test_a_wrong_password_is_told_before_any_code() -> None:
    with_app(HEAD)
    assert ask(password="sai")[1]["errors"][0]["field"] == "password"


def test_an_officer_needs_none_and_one_who_sends_one_is_not_refused() -> None:
    assert ask("dept.hai-phong")[0] == 200
    assert ask("dept.hai-phong", otp="123456")[0] == 200


def test_a_key_that_was_given_without_it_opens_nothing_for_a_head() -> None:
    _, key = issue_token(person(HEAD))
    assert reads(key) == (403, {"detail": rules.ENROL_ON_PAGE, "code": "second_factor_required"})
    with_app(HEAD)
    assert reads(key) == (403, {"detail": rules.AGAIN, "code": "second_factor_required"})
