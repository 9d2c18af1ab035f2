"""Light and dark: what the browser has chosen, and on which media the dark stylesheet then holds."""

import re

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db

AUTOMATIC = "screen and (prefers-color-scheme: dark)"
SIGN_IN = "/dang-nhap/"


def dark_on(client: Client, address: str = SIGN_IN) -> str | None:
    """Media of the dark stylesheet on a page; None when the page has none."""
    link = re.search(r'kc/dark\.css" media="([^"]*)"', client.get(address).content.decode())
    return link.group(1) if link else None


def test_a_browser_that_has_chosen_nothing_follows_the_system() -> None:
    assert dark_on(Client()) == AUTOMATIC


@pytest.mark.parametrize(("word", "media"), [("toi", "screen"), ("sang", None), ("tu-dong", AUTOMATIC)])
def test_the_choice_holds_on_every_page_of_this_browser_and_never_on_paper(
    word: str, media: str | None
) -> None:
    client = Client()
    client.force_login(User.objects.get(username="dept.hai-phong"))
    assert client.post("/giao-dien/", {"theme": word, "next": "/toi/"})["Location"] == "/toi/"
    assert (dark_on(client, "/toi/"), dark_on(client, "/")) == (media, media)
    client.post("/dang-xuat/")
    assert dark_on(client) == media


def test_a_word_that_is_no_choice_means_none() -> None:
    client = Client()
    client.cookies["giao_dien"] = "hong"
    assert dark_on(client) == AUTOMATIC
    client.post("/giao-dien/", {"theme": "tim"})
    assert client.cookies["giao_dien"].value == "tu-dong"


def test_the_choice_leads_back_only_to_our_own_pages() -> None:
    answer = Client().post("/giao-dien/", {"theme": "toi", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_the_choice_is_only_posted() -> None:
    assert Client().get("/giao-dien/").status_code == 405
