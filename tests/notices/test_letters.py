"""What is done for each person every day: reminders, then letters; once, whoever runs it how often."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import Holiday, User
from accounts.tenancy import acting_as
from khuyencong.lib.dates import ZONE, today
from khuyencong.lib.deadlines import WorkingCalendar, is_working_day
from notices.letters import preview, write_letter
from notices.models import Mail, MailState, Notice, NoticeKind, Pace, Reader, Urgent
from notices.queries import notices_of
from notices.schedule import forget_old, remind_all, stage_of, write_letters
from notices.services import News, mark_all_read, save_choices, tell
from tests.cast import position
from tests.notices.told import told
from tests.projects import walks
from tests.projects.views.browsers import browser

DEPT = "dept.hai-phong"


def at(hour: int, minute: int = 0, day: dt.date | None = None) -> dt.datetime:
    return dt.datetime.combine(day or today(), dt.time(hour, minute), ZONE)


@pytest.fixture
def working_day() -> None:
    """Today is a day on which offices work, whenever the tests run."""
    Holiday.objects.filter(day=today()).delete()
    if today().weekday() >= 5:
        Holiday.objects.create(day=today(), name="Làm bù", is_working=True)


def with_address(account: str = DEPT) -> User:
    person = User.objects.get(username=account)
    person.email = f"{account}@tinh.example"
    person.save()
    return person


def give(account: str = DEPT, kind: NoticeKind = NoticeKind.TASK, **fields: Any) -> None:
    with acting_as(position(account)) as by:
        tell(
            {by.pk: News(kind=kind, label="Gửi hồ sơ đến Sở", url="/de-an/", code="KCQG-2027-0001", **fields)}
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("due", "stage"),
    [
        (dt.date(2026, 11, 26), "late"),
        (dt.date(2026, 11, 27), "last"),  # the Friday itself
        (dt.date(2026, 11, 29), "last"),  # the Sunday after: no other working day in time
        (dt.date(2026, 11, 30), "coming"),
        (dt.date(2026, 12, 2), "coming"),
        (dt.date(2026, 12, 3), None),
    ],
)
def test_a_deadline_is_told_by_working_days(due: dt.date, stage: str | None) -> None:
    assert stage_of(due, dt.date(2026, 11, 27), WorkingCalendar()) == stage


@pytest.mark.django_db
def test_a_deadline_is_told_once_a_stage_however_often_beat_asks(working_day: None) -> None:
    walks.at_work(walks.LOCAL)
    centre = "centre.hai-phong"
    found: list[list[Notice]] = []
    for _ in range(3):
        remind_all(at(7))
        Reader.objects.update(reminded_on=None)  # as if it had been killed before it wrote the day
        found.append([notice for notice in told(centre) if notice.kind == NoticeKind.DUE])
    assert [len(each) for each in found] == [len(found[0])] * 3
    covers = [cover for notice in found[-1] for cover in notice.covers]
    assert len(covers) == len(set(covers))


@pytest.mark.django_db
def test_reminders_wait_for_the_morning_of_a_working_day(working_day: None) -> None:
    assert remind_all(at(6)) == 0
    saturday = dt.date(2026, 12, 5)
    assert not is_working_day(saturday, WorkingCalendar())
    assert remind_all(at(9, day=saturday)) == 0
    assert remind_all(at(7)) > 10
    assert remind_all(at(7)) == 0


@pytest.mark.django_db
def test_a_daily_letter_goes_out_once_on_a_working_day_after_a_quarter_past_seven(
    working_day: None, settings: Any
) -> None:
    person = with_address()
    give()
    remind_all(at(7))
    write_letters(at(7, 14))
    assert not Mail.objects.exists()
    for _ in range(3):
        write_letters(at(7, 15))
    (mail,) = Mail.objects.filter(person=person)
    assert (mail.state, mail.address) == (MailState.HELD, person.email)
    assert "KCQG-2027-0001" in mail.text and "/thong-bao/cach-nhan/" in mail.text
    give()
    write_letters(at(15))
    assert Mail.objects.filter(person=person).count() == 1
    Reader.objects.update(daily_on=today() - dt.timedelta(days=1))
    write_letters(at(15))
    assert Mail.objects.filter(person=person).count() == 2


@pytest.mark.django_db
def test_what_is_wanted_at_once_is_written_at_any_hour_and_alone() -> None:
    person = with_address()
    save_choices(person, {"RETURN": ("NOW", True)})
    give(kind=NoticeKind.TASK)
    assert not Urgent.objects.exists()
    give(kind=NoticeKind.RETURN)
    assert [row.person_id for row in Urgent.objects.all()] == [person.pk]
    write_letters(at(3))
    write_letters(at(3))
    (mail,) = Mail.objects.all()
    assert mail.subject == "Khuyến công: Gửi hồ sơ đến Sở"
    assert not Urgent.objects.exists()
    assert write_letter(person, [Pace.DAILY]) is not None
    assert Mail.objects.count() == 2


@pytest.mark.django_db
def test_what_was_read_or_is_not_wanted_is_in_no_letter() -> None:
    person = with_address()
    save_choices(person, {"JOB": ("NEVER", True)})
    give(kind=NoticeKind.JOB)
    give()
    with acting_as(position(DEPT)) as by:
        mark_all_read(by, up_to=2**62)
    assert write_letter(person, [Pace.DAILY]) is None


@pytest.mark.django_db
def test_without_an_address_notices_wait_and_old_ones_are_no_news() -> None:
    person = User.objects.get(username=DEPT)
    give()
    assert write_letter(person, [Pace.DAILY]) is None
    person = with_address()
    with acting_as(position(DEPT)) as by:
        notices_of(by).update(created_at=timezone.now() - dt.timedelta(days=20))
    assert write_letter(person, [Pace.DAILY]) is None
    give()
    assert write_letter(person, [Pace.DAILY]) is not None


@pytest.mark.django_db
def test_an_address_that_took_no_letter_gets_none_until_it_changes() -> None:
    person = with_address()
    Reader.objects.create(person=person, refused_address=person.email)
    give()
    assert write_letter(person, [Pace.DAILY]) is None
    person.email = "moi@tinh.example"
    person.save()
    assert write_letter(person, [Pace.DAILY]) is not None


@pytest.mark.django_db
def test_a_letter_says_little_and_carries_no_markup_of_others() -> None:
    person = with_address()
    with acting_as(position(DEPT)) as by:
        tell(
            {by.pk: News(NoticeKind.RETURN, "Trả lại <script>x</script>\r\nBcc: x@y", "/de-an/", task="Sửa")}
        )
    mail = write_letter(person, [Pace.DAILY])
    assert mail is not None
    assert "\n" not in mail.subject and "\r" not in mail.subject
    assert "<script>" not in mail.html
    assert "<img" not in mail.html and "style" not in mail.html


@pytest.mark.django_db
def test_the_preview_writes_nothing_and_shows_what_the_letter_will_say() -> None:
    person = with_address()
    give()
    shown = preview(person)
    assert shown is not None
    page = browser(DEPT).get("/thong-bao/cach-nhan/thu/").content.decode()
    assert "KCQG-2027-0001" in page
    mail = write_letter(person, [Pace.DAILY])
    assert mail is not None
    assert (mail.subject, mail.text, mail.html) == (shown.subject, shown.text, shown.html)
    assert preview(person) is None


@pytest.mark.django_db
def test_ended_letters_are_forgotten_after_ninety_days() -> None:
    person = with_address()
    give()
    write_letter(person, [Pace.DAILY])
    forget_old(timezone.now() + dt.timedelta(days=80))
    assert Mail.objects.count() == 1
    forget_old(timezone.now() + dt.timedelta(days=91))
    assert Mail.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_one_letter() -> None:
    person = with_address()
    give()

    def write(_: int) -> bool:
        try:
            return write_letter(person, [Pace.DAILY]) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(write, range(4)))
    assert (sum(written), Mail.objects.count()) == (1, 1)
