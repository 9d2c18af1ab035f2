import io
import json
import unicodedata
from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from accounts.models import User
from khuyencong.lib.normal_form import NormalFormJSONParser, normal_form_middleware

TITLE = "Đề án máy cưa"
DECOMPOSED = unicodedata.normalize("NFD", TITLE)


def passed_on(request: HttpRequest) -> tuple[QueryDict, QueryDict]:
    """GET and POST as the view sees them."""
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append((request.GET, request.POST))
        return HttpResponse()

    normal_form_middleware(view)(request)
    return seen[0]


def parsed(body: str) -> Any:
    return NormalFormJSONParser().parse(io.BytesIO(body.encode()), "application/json", {})


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\u061c"])
def test_marks_that_turn_the_direction_of_writing_do_not_arrive(mark: str) -> None:
    request = RequestFactory().post("/", {"title": f"Máy{mark} cưa"})
    request.GET = QueryDict(f"q=a{mark}b")
    get, post = passed_on(request)
    assert (get["q"], post["title"]) == ("ab", "Máy cưa")
    assert parsed(json.dumps({"a": [f"x{mark}y"]})) == {"a": ["xy"]}


def test_what_a_form_and_an_address_send_arrives_composed_value_by_value() -> None:
    request = RequestFactory().post("/", {"title": [DECOMPOSED, "x"]})
    request.GET = QueryDict(f"q={DECOMPOSED}&q=a%00b")
    get, post = passed_on(request)
    assert (get.getlist("q"), post.getlist("title")) == ([TITLE, "ab"], [TITLE, "x"])


@pytest.mark.parametrize("path", ["/de-an/%00/", "/de-an/a%00b/viec/x/", "/api/v1/projects/%00/"])
@pytest.mark.django_db
def test_no_address_reaches_the_database_with_what_it_cannot_hold(path: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username="dept.hai-phong"))
    assert client.get(path).status_code == 404


def test_a_form_with_a_file_keeps_its_file() -> None:
    request = RequestFactory().post("/", {"title": DECOMPOSED, "file": io.BytesIO(b"%PDF-")})
    _, post = passed_on(request)
    upload = request.FILES["file"]
    assert isinstance(upload, UploadedFile)
    assert (post["title"], upload.read()) == (TITLE, b"%PDF-")


def test_what_was_sent_stays_unchangeable() -> None:
    get, _ = passed_on(RequestFactory().get("/", {"q": "a"}))
    with pytest.raises(AttributeError):
        get["q"] = "b"


def test_the_body_of_an_api_call_is_not_consumed() -> None:
    request = RequestFactory().post("/", json.dumps({"title": 1}), content_type="application/json")
    passed_on(request)
    assert json.loads(request.read()) == {"title": 1}


def test_json_arrives_composed_at_any_depth() -> None:
    sent = {
        "title": DECOMPOSED,
        "rows": [{"item": DECOMPOSED, "amount": 5}, None, True, 1.5],
        "note": "a\x00\ud800b",
    }
    assert parsed(json.dumps(sent)) == {
        "title": TITLE,
        "rows": [{"item": TITLE, "amount": 5}, None, True, 1.5],
        "note": "ab",
    }


def test_a_letter_and_its_mark_meet_when_what_stood_between_them_is_dropped() -> None:
    assert parsed('"e\\u0000\\u0301"') == "é"


@pytest.mark.parametrize("body", ["{", "[" * 100_000])
def test_json_that_cannot_be_read_is_a_bad_request(body: str) -> None:
    with pytest.raises(ParseError):
        parsed(body)


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_stored_afterwards(text: str) -> None:
    stored = parsed(json.dumps(text))
    assert stored.encode().decode() == unicodedata.normalize("NFC", stored)
    assert "\x00" not in stored
