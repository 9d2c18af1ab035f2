"""The bell, the list and the choices, by the people whose they are and by others."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import Position, User
from accounts.tenancy import acting_as
from notices.models import Mail, Notice, NoticeKind
from notices.queries import notices_of, unread_count
from notices.services import News, mark_read, tell
from tests.cast import position
from tests.notices.told import told
from tests.projects import walks
from tests.projects.views.browsers import browser, queries

pytestmark = pytest.mark.django_db

DEPT, OTHER, AGENCY = "dept.hai-phong", "dept.thai-nguyen", "agency.officer"


def give(account: str, number: int = 1, kind: NoticeKind = NoticeKind.TASK) -> list[int]:
    """So many notices of the account, written by itself."""
    with acting_as(position(account)) as by:
        for each in range(number):
            tell({by.pk: News(kind=kind, label=f"Thông báo <b>{each}</b>", url="/de-an/", code=f"KC-{each}")})
        return list(notices_of(by).order_by("-pk").values_list("pk", flat=True)[:number])


def unread(account: str) -> int:
    with acting_as(position(account)) as by:
        return unread_count(by)


def count_at_bell(text: str) -> str:
    """What stands at the bell of a page; "" for nothing unread."""
    bell = text[text.index('class="kc-bell"') :].split("</a>")[0]
    found = re.search(r'<b class="kc-count">(\S+?)<', bell)
    return found.group(1) if found else ""


@pytest.mark.parametrize(("number", "shown"), [(0, ""), (3, "3"), (130, "99+")])
def test_the_bell_counts_what_is_unread_on_every_page(number: int, shown: str) -> None:
    give(DEPT, number)
    client = browser(DEPT)
    for url in ("/", "/de-an/", "/thong-bao/", "/toi/", "/thong-bao/cach-nhan/"):
        assert count_at_bell(client.get(url).content.decode()) == shown, url
    assert shown in client.get("/thong-bao/chuong/").content.decode()


def test_the_operator_has_no_bell() -> None:
    assert 'class="kc-bell"' not in browser("operator").get("/toi/").content.decode()


def test_the_bell_is_one_query_on_its_index_and_the_list_asks_as_much_for_thirty() -> None:
    give(DEPT)
    one = queries(DEPT, "/thong-bao/")
    assert len([sql for sql in one if "notices_notice" in sql and "COUNT" in sql and "quiet" in sql]) == 1
    give(DEPT, 30)
    assert len(queries(DEPT, "/thong-bao/")) == len(one) <= 9
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT count(*) FROM notices_notice WHERE position_id = 1 AND read_at IS NULL AND NOT quiet"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("SET enable_seqscan = on")
    assert "notices_unread" in plan or "Bitmap" in plan or "Result" in plan, plan


def test_a_notice_leads_on_and_is_read_from_then_on() -> None:
    (pk,) = give(DEPT)
    answer = browser(DEPT).get(f"/thong-bao/{pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/de-an/")
    assert unread(DEPT) == 0


@pytest.mark.parametrize("account", ["dept2.hai-phong", "centre.hai-phong", OTHER, AGENCY])
def test_another_s_notice_is_not_there(account: str) -> None:
    (pk,) = give(DEPT)
    client = browser(account)
    assert client.get(f"/thong-bao/{pk}/").status_code == 404
    assert client.post(f"/thong-bao/{pk}/da-doc/").status_code == 404
    client.post("/thong-bao/da-doc/", {"newest": pk})
    assert "KC-0" not in client.get("/thong-bao/").content.decode()
    assert unread(DEPT) == 1


def test_among_national_bodies_a_notice_is_its_reader_s_alone() -> None:
    (pk,) = give(AGENCY)
    for account in ("agency.officer2", "ministry.leader", "auditor"):
        assert browser(account).get(f"/thong-bao/{pk}/").status_code == 404


def test_a_province_s_notices_are_behind_the_wall_in_raw_sql() -> None:
    give(DEPT)
    for account in (OTHER, AGENCY):
        with acting_as(position(account)), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM notices_notice WHERE code = 'KC-0'")
            assert cursor.fetchone() == (0,)


def test_a_province_writes_no_notice_to_another_even_in_raw_sql() -> None:
    news = {position(OTHER).pk: News(kind=NoticeKind.TASK, label="Lừa", url="/de-an/")}
    before = len(told(OTHER))
    with acting_as(position(DEPT)):
        tell(news)
    assert len(told(OTHER)) == before
    with acting_as(position(AGENCY)):
        tell(news)
    assert len(told(OTHER)) == before + 1


@pytest.mark.parametrize(
    "url", ["https://x.example/", "//x.example/", "/\\x.example/", "javascript:alert(1)"]
)
def test_a_notice_leads_out_of_the_house_not_even_when_written_so(url: str) -> None:
    with acting_as(position(DEPT)) as by, pytest.raises(IntegrityError), transaction.atomic():
        tell({by.pk: News(kind=NoticeKind.TASK, label="Lừa", url=url)})


def test_what_is_told_is_escaped_and_narrowed_by_kind_and_state() -> None:
    give(DEPT)
    give(DEPT, kind=NoticeKind.JOB)
    (read,) = give(DEPT, kind=NoticeKind.MONEY)
    with acting_as(position(DEPT)) as by:
        mark_read(by, read)
    client = browser(DEPT)
    page = client.get("/thong-bao/").content.decode()
    assert "<b>0</b>" not in page and "&lt;b&gt;0&lt;/b&gt;" in page
    jobs = client.get("/thong-bao/?loai=JOB").content.decode()
    assert jobs.count('class="kc-task"') == 1
    assert client.get("/thong-bao/?loai=MONEY&loc=chua-doc").content.decode().count('class="kc-task"') == 0
    assert client.get("/thong-bao/?loai=%00&page=x").status_code == 200


def test_marking_all_leaves_what_came_since() -> None:
    (seen,) = give(DEPT)
    give(DEPT)
    client = browser(DEPT)
    assert client.post("/thong-bao/da-doc/", {"newest": seen}).status_code == 302
    assert unread(DEPT) == 1
    for bad in ("", "x", "9" * 30, "-1"):
        assert client.post("/thong-bao/da-doc/", {"newest": bad}).status_code == 302
    assert unread(DEPT) == 1


def test_one_goes_back_to_the_list_as_it_was_and_nowhere_else() -> None:
    pks = give(DEPT, 2)
    client = browser(DEPT)
    back = {"next": "/thong-bao/?loai=TASK"}
    assert client.post(f"/thong-bao/{pks[0]}/da-doc/", back)["Location"] == "/thong-bao/?loai=TASK"
    out = {"next": "https://x.example/thong-bao/"}
    assert client.post(f"/thong-bao/{pks[1]}/da-doc/", out)["Location"] == "/thong-bao/"


@pytest.mark.parametrize(
    "url",
    ["/thong-bao/da-doc/", "/thong-bao/1/da-doc/", "/thong-bao/lich/moi/", "/thong-bao/lich/1/thu-hoi/"],
)
def test_what_changes_something_is_sent_not_opened(url: str) -> None:
    assert browser(DEPT).get(url).status_code == 405


@pytest.mark.parametrize(
    "url", ["/thong-bao/", "/thong-bao/cach-nhan/", "/thong-bao/cach-nhan/thu/", "/thong-bao/lich/"]
)
def test_who_has_not_signed_in_is_led_to_the_door(url: str, client: object) -> None:

    assert Client().get(url).status_code == 302


def test_choices_are_kept_for_the_person_and_only_what_is_offered() -> None:
    client = browser(DEPT)
    fields = {f"mail-{kind}": "DAILY" for kind in NoticeKind.values}
    fields |= {f"bell-{kind}": "on" for kind in NoticeKind.values}
    assert client.post("/thong-bao/cach-nhan/", fields | {"mail-JOB": "NOW"}).status_code == 400


def test_a_letter_is_its_reader_s_alone() -> None:
    person = User.objects.get(username=DEPT)
    mail = Mail.objects.create(
        person=person, address="a@b.example", subject="S", text="Nội dung", html="", message_id="<1@x>"
    )
    assert "Nội dung" in browser(DEPT).get(f"/thong-bao/cach-nhan/thu/{mail.pk}/").content.decode()
    for account in (OTHER, "operator", "dept2.hai-phong"):
        assert browser(account).get(f"/thong-bao/cach-nhan/thu/{mail.pk}/").status_code == 404


def test_the_star_of_a_file_is_set_and_taken_back() -> None:
    walk = walks.draft()
    walks.submitted(walk)
    code = walk.year.project.code
    client = browser("dept.head.hai-phong")
    for on, offers in (("1", "Thôi theo dõi"), ("0", "Theo dõi</button>")):
        answer = client.post(f"/de-an/{code}/theo-doi/", {"on": on, "next": f"/de-an/{code}/qua-trinh/"})
        assert answer["Location"] == f"/de-an/{code}/qua-trinh/"
        for part in ("", "noi-dung/", "tai-lieu/", "qua-trinh/"):
            assert offers in client.get(f"/de-an/{code}/{part}").content.decode(), part
    assert client.get(f"/de-an/{code}/theo-doi/").status_code == 405
    assert browser(OTHER).post(f"/de-an/{code}/theo-doi/", {"on": "1"}).status_code == 404


def test_a_draft_of_a_unit_is_followed_by_nobody_who_may_not_open_it() -> None:
    code = walks.draft().year.project.code
    assert browser(DEPT).post(f"/de-an/{code}/theo-doi/", {"on": "1"}).status_code == 403
    assert browser(AGENCY).post(f"/de-an/{code}/theo-doi/", {"on": "1"}).status_code == 404


def test_a_position_that_ended_keeps_its_notices_to_itself() -> None:
    (pk,) = give(DEPT)
    other = position("dept2.hai-phong")
    Position.objects.filter(pk=position(DEPT).pk).update(person=other.person)
    with acting_as(other):
        assert Notice.objects.filter(pk=pk).exists()
        assert not notices_of(other).filter(pk=pk).exists()
