"""The calendar of deadlines: what it says, who may read it, for how long."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Position, User
from accounts.services import change_password
from khuyencong.lib.dates import today
from notices.calendars import MOST_IN_WINDOW
from notices.models import CalendarFeed
from notices.services import MOST_FEEDS
from tests.cast import position
from tests.projects import walks
from tests.projects.views.browsers import browser

pytestmark = pytest.mark.django_db

CENTRE, OTHER = "centre.hai-phong", "centre.thai-nguyen"


def new_address(account: str = CENTRE) -> str:
    """The path of a new calendar address, as its page shows it once."""
    client = browser(account)
    page = client.post("/thong-bao/lich/moi/", follow=True).content.decode()
    found = re.search(r"http://testserver(/lich/[\w-]+\.ics)", page)
    assert found is not None
    assert "/lich/" not in re.sub(r"/thong-bao/lich/", "", client.get("/thong-bao/lich/").content.decode())
    return found.group(1)


def read(path: str) -> Calendar:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]
    return Calendar.from_ical(answer.content)


def test_a_calendar_says_code_task_day_and_link_and_nothing_else() -> None:
    walk = walks.draft()
    path = new_address()
    calendar = read(path)
    events = {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}
    event = events[f"{walk.year.project.code}: Hoàn thiện và gửi hồ sơ"]
    due = today() + dt.timedelta(days=30)
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (due, due + dt.timedelta(days=1))
    assert str(event["URL"]).endswith(f"/de-an/{walk.year.project.code}/")
    assert event.decoded("DTSTAMP").tzinfo is not None
    text = calendar.to_ical().decode()
    assert walk.year.project.title not in text
    assert not re.search(r"\d{3}\.\d{3}\.\d{3}|đồng", text)


def test_an_entry_keeps_its_name_and_the_calendar_its_bytes_of_the_day() -> None:
    walks.draft()
    path = new_address()
    names = [{str(event["UID"]) for event in read(path).walk("VEVENT")} for _ in range(2)]
    assert names[0] == names[1] and len(names[0]) >= 1
    assert Client().get(path).content == Client().get(path).content


def test_the_same_calendar_is_there_to_take_away() -> None:
    walks.draft()
    answer = browser(CENTRE).get("/thong-bao/lich/han.ics")
    assert answer["Content-Disposition"] == 'attachment; filename="han-cong-viec.ics"'
    assert answer.content == Client().get(new_address()).content


def test_a_calendar_holds_its_own_position_s_deadlines_alone() -> None:
    code = walks.draft().year.project.code
    assert code not in read(new_address(OTHER)).to_ical().decode()


def test_only_a_hash_of_the_address_is_kept() -> None:
    secret = new_address().removeprefix("/lich/").removesuffix(".ics")
    assert secret not in str(list(CalendarFeed.objects.values()))


@pytest.mark.parametrize("path", ["/lich/x.ics", "/lich/" + "a" * 43 + ".ics", "/lich/%00.ics"])
def test_a_guessed_address_is_not_there(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_an_address_ends_when_it_is_revoked_by_its_person_alone() -> None:
    path = new_address()
    pk = CalendarFeed.objects.get().pk
    assert browser(OTHER).post(f"/thong-bao/lich/{pk}/thu-hoi/").status_code == 404
    assert Client().get(path).status_code == 200
    assert browser(CENTRE).post(f"/thong-bao/lich/{pk}/thu-hoi/").status_code == 302
    assert Client().get(path).status_code == 404


def test_an_address_ends_with_the_password_the_position_and_the_person() -> None:
    path = new_address()
    person = User.objects.get(username=CENTRE)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert Client().get(path).status_code == 404
    User.objects.filter(pk=person.pk).update(is_active=True)
    held = Position.objects.filter(pk=position(CENTRE).pk)
    held.update(valid_to=today() - dt.timedelta(days=1))
    assert Client().get(path).status_code == 404
    held.update(valid_to=None)
    assert Client().get(path).status_code == 200
    change_password(User.objects.get(pk=person.pk), new="mot-mat-khau-rat-dai-2026")
    assert Client().get(path).status_code == 404


def test_an_address_is_not_asked_too_often() -> None:
    path = new_address()
    answers = [Client().get(path).status_code for _ in range(MOST_IN_WINDOW + 2)]
    assert answers == [200] * MOST_IN_WINDOW + [429, 429]
    CalendarFeed.objects.update(window_from=timezone.now() - dt.timedelta(minutes=11))
    assert Client().get(path).status_code == 200


def test_a_position_has_few_addresses() -> None:
    for _ in range(MOST_FEEDS):
        new_address()
    page = browser(CENTRE).post("/thong-bao/lich/moi/", follow=True).content.decode()
    assert f"Đã có {MOST_FEEDS} địa chỉ lịch." in page
    assert CalendarFeed.objects.count() == MOST_FEEDS


def test_the_operator_has_no_deadlines() -> None:
    client = browser("operator")
    assert client.get("/thong-bao/lich/").status_code == 404
    choices = "/thong-bao/cach-nhan/"
    assert "/thong-bao/lich/" not in client.get(choices).content.decode()
    assert "/thong-bao/lich/" in browser("dept.hai-phong").get(choices).content.decode()
