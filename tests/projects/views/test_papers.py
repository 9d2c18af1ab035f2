"""Papers in the browser: who gets them, who does not, and how much they ask of the database."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from projects.models import Appraisal, Event, ListAct
from tests.cast import position
from tests.khuyencong.lib import printed
from tests.projects import walks
from tests.projects.walks import LOCAL, NATIONAL, YEAR, draft

pytestmark = pytest.mark.django_db


def browser(account: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=account))
    return client


def status(account: str, url: str) -> int:
    return browser(account).get(url).status_code


def _accepted(programme: str) -> tuple[Walk, list[str]]:
    """A file with all its papers, and their addresses: project, appraisal, minutes."""
    walk = draft(programme)
    walks.in_progress(walk)
    walks.next_day(walk)
    walk.accept()
    with acting_as(position("dept.hai-phong")):
        code = walk.now().project.code
        appraisal = Appraisal.objects.earliest("pk").pk
        event = Event.objects.get(action="accept").pk
    return walk, [
        reverse("project_pdf", args=[code]),
        reverse("appraisal_pdf", args=[appraisal]),
        reverse("acceptance_pdf", args=[event]),
    ]


def test_who_may_open_a_file_prints_its_papers_and_nobody_else() -> None:
    _, urls = _accepted(NATIONAL)
    for account in ("centre.hai-phong", "dept.hai-phong", "agency.officer", "ministry.leader", "auditor"):
        assert [status(account, url) for url in urls] == [200] * 3, account
    for account in ("centre.thai-nguyen", "dept.thai-nguyen"):
        assert [status(account, url) for url in urls] == [404] * 3, account
    # The finance department of the province sees the local plan only.
    assert [status("finance.hai-phong", url) for url in urls] == [403] * 3
    assert [browser("dept.hai-phong").post(url).status_code for url in urls] == [405] * 3
    assert [Client().get(url).status_code for url in urls] == [302] * 3


def test_a_draft_is_printed_by_its_own_unit_only() -> None:
    walk = draft()
    with acting_as(position("centre.hai-phong")):
        url = reverse("project_pdf", args=[walk.now().project.code])
    answer = browser("centre.hai-phong").get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{url.split("/")[2]}-de-an.pdf"'
    assert "DỰ THẢO" in printed.text(answer.content)
    assert (status("dept.hai-phong", url), status("agency.officer", url)) == (403, 404)


def test_lists_of_the_nation_are_printed_whole_by_the_nation_and_not_in_part_by_a_province() -> None:
    ours = draft()
    walks.approved(ours)
    with acting_as(position("agency.officer")):
        lists = {act.action: act.pk for act in ListAct.objects.all()}
    urls = {action: reverse("list_pdf", args=[pk]) for action, pk in lists.items()}
    for account in ("agency.officer", "ministry.leader"):
        assert {action: status(account, url) for action, url in urls.items()} == {
            "register": 200,
            "propose": 200,
            "approve": 200,
        }
    assert status("dept.hai-phong", urls["register"]) == 200
    assert status("dept.hai-phong", urls["approve"]) == 403
    page = reverse("list", args=[lists["approve"]])
    linked = [
        urls["approve"] in browser(who).get(page).content.decode()
        for who in ("agency.officer", "dept.hai-phong")
    ]
    assert linked == [True, False]
    assert status("centre.hai-phong", urls["approve"]) == 403
    assert status("dept.thai-nguyen", urls["register"]) == 404
    assert browser("agency.officer").post(urls["approve"]).status_code == 405


def test_lists_of_a_province_are_printed_by_its_bodies() -> None:
    walk = draft(LOCAL)
    taken = walks.approved(walk)
    url = reverse("list_pdf", args=[taken.pk])
    bodies = ("dept", "finance", "committee", "centre")
    assert {status(f"{body}.hai-phong", url) for body in bodies} == {200}
    assert status("dept.thai-nguyen", url) == 404
    words = printed.text(browser("committee.hai-phong").get(url).content)
    assert "Quyết định này có hiệu lực kể từ ngày ký" in words
    assert "DỰ THẢO" not in words


def test_a_list_without_a_paper_of_its_own_is_not_printed() -> None:
    walk = draft(LOCAL)
    walks.ready_to_propose(walk)
    with acting_as(position("dept.hai-phong")):
        opinion = ListAct.objects.get(action="give_opinion").pk
    assert status("dept.hai-phong", reverse("list_pdf", args=[opinion])) == 404


def test_drafts_of_lists_are_printed_by_the_body_that_sends_them() -> None:
    walk = draft()
    walks.appraised(walk)
    report = reverse("list_draft_pdf", args=["register", "national", YEAR])
    answer = browser("dept.hai-phong").get(report)
    words = printed.text(answer.content)
    with acting_as(position("dept.hai-phong")):
        assert walk.now().project.code in words
    assert "DỰ THẢO" in words
    assert status("dept.head.hai-phong", report) == 200
    page = browser("dept.head.hai-phong").get(f"/danh-muc/lap/register/national/{YEAR}/")
    assert report in page.content.decode()
    assert (status("centre.hai-phong", report), status("agency.officer", report)) == (403, 403)
    # Another province prints its own report, on which nothing stands.
    others = printed.text(browser("dept.thai-nguyen").get(report).content)
    assert "không đăng ký đề án, nhiệm vụ khuyến công quốc gia" in others


def test_a_decision_on_nothing_is_not_drafted() -> None:
    answer = browser("agency.officer").get(reverse("list_draft_pdf", args=["propose", "national", 2030]))
    assert answer.status_code == 400
    assert "chưa có gì để in dự thảo" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        f"/danh-muc/lap/register/local/{YEAR}/du-thao.pdf",
        f"/danh-muc/lap/approve/national/{YEAR}/du-thao.pdf",
        f"/danh-muc/lap/propose/khac/{YEAR}/du-thao.pdf",
        "/danh-muc/0/van-ban.pdf",
        "/tham-dinh/0/phieu-tham-dinh.pdf",
        "/nghiem-thu/0/bien-ban.pdf",
        "/de-an/KCQG-2027-9999/de-an.pdf",
    ],
)
def test_what_does_not_exist_is_not_found(path: str) -> None:
    assert status("dept.hai-phong", path) == 404


def test_a_decision_asks_the_database_as_often_for_four_files_as_for_one() -> None:
    one, *more = (draft(LOCAL) for _ in range(5))
    scene = one.scene
    for walk in more:
        walk.scene = scene
    short = walks.approved(one)
    long = walks.approved(*more)
    client = browser("dept.hai-phong")
    asked, shown = [], []
    for taken in (short, long):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse("list_pdf", args=[taken.pk]))
        asked.append(len(queries))
        shown.append(len(set(re.findall(r"KCDP-HAI-PHONG-2027-\d{4}", printed.text(answer.content)))))
    assert shown == [1, 4]
    assert asked[0] == asked[1]
