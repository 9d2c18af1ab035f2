"""A refusal that no view caught becomes a page, or JSON for a form that saves itself."""

from __future__ import annotations

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from khuyencong.lib.refusals import RefusalPages, refusal
from khuyencong.lib.workflow import Forbidden, NeedsReason, Refused, Stale

pytestmark = pytest.mark.django_db


def asked(**headers: str) -> HttpRequest:
    request: HttpRequest = RequestFactory().get("/", headers=headers)
    request.user = type("Nobody", (), {"is_authenticated": False})()
    return request


@pytest.mark.parametrize(
    ("refused", "status"),
    [
        (Forbidden("Việc của Cục."), 403),
        (Stale("Đã chuyển."), 409),
        (NeedsReason("Muộn."), 400),
        (Refused("Vượt."), 400),
    ],
)
def test_each_kind_of_refusal_has_its_status_and_says_its_sentence(refused: Refused, status: int) -> None:
    response = refusal(asked(Accept="text/html"), refused)
    assert isinstance(response, HttpResponse)
    assert response.status_code == status
    assert str(refused) in response.content.decode()


@pytest.mark.parametrize(
    ("refused", "status"),
    [(Forbidden("Việc của Cục."), 403), (Stale("Đã chuyển."), 403), (Refused("Vượt."), 400)],
)
def test_a_form_that_saves_itself_is_told_in_json(refused: Refused, status: int) -> None:
    response = refusal(asked(**{"X-Requested-With": "keep", "Accept": "application/json"}), refused)
    assert isinstance(response, HttpResponse)
    assert (response.status_code, json.loads(response.content)) == (status, {"detail": str(refused)})


def test_who_reads_no_pages_is_told_in_json() -> None:
    response = refusal(asked(Accept="application/json"), Stale("Đã chuyển."))
    assert isinstance(response, HttpResponse)
    assert (response.status_code, json.loads(response.content)) == (409, {"detail": "Đã chuyển."})


def test_other_faults_are_left_alone() -> None:
    pages = RefusalPages(lambda _: HttpResponse())
    assert pages.process_exception(asked(), ValueError("x")) is None
