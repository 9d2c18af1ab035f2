"""The documentation page: whole, in the frame, under the same policy as every page."""

from __future__ import annotations

import html
import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from khuyencong.api.description import operations, schema
from khuyencong.api.examples import STORY
from tests.projects.views.browsers import browser

pytestmark = pytest.mark.django_db

ADDRESS = "/api/docs/"


@pytest.fixture(scope="module")
def shown(django_db_setup: None, django_db_blocker: object) -> str:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's
        return Client().get(ADDRESS).content.decode()


def test_it_opens_for_who_has_not_signed_in_and_in_the_frame_for_who_has() -> None:
    for client, name in ((Client(), "Khuyến công"), (browser("dept.hai-phong"), "Trần Quốc Bảo")):
        answer = client.get(ADDRESS)
        assert (answer.status_code, name in answer.content.decode()) == (200, True)
    assert Client().post(ADDRESS).status_code == 405
    assert reverse("api_docs") == ADDRESS


def test_it_needs_no_exception_from_the_policy(shown: str) -> None:
    policy = Client().get(ADDRESS)["Content-Security-Policy"]
    assert policy == Client().get(reverse("sign_in"))["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", shown) == []
    assert [
        url for url in re.findall(r'(?:src|href)="([^"]*)"', shown) if not url.startswith(("/", "#"))
    ] == []


def test_every_link_leads_somewhere_and_every_name_stands_once(shown: str) -> None:
    names = Counter(re.findall(r'\sid="([^"]+)"', shown))
    assert [name for name, times in names.items() if times > 1] == []
    assert set(re.findall(r'href="#([^"]+)"', shown)) - set(names) == set()


def test_it_shows_every_address_shape_and_example(shown: str) -> None:
    text = html.unescape(shown)
    missing = [path for path, method, _ in operations() if f"{method.upper()} {path}" not in text]
    missing += [
        name
        for name, shape in schema()["components"]["schemas"].items()
        if "enum" not in shape and f'id="{name}"' not in shown
    ]
    paths = {operation["operationId"]: (method, path) for path, method, operation in operations()}
    missing += [example.says for example in STORY if example.curl(*paths[example.operation]) not in text]
    assert missing == []
