"""Pages of reports: who opens what, what each figure leads to, and how much a page asks of the database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Province, User
from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from projects.models import ProjectYear
from reporting.jobs import run_job
from reporting.making import stored_bytes
from reporting.models import IssuedReport, Job, Report, ReportingRound
from tests.cast import position
from tests.khuyencong.lib import printed
from tests.reporting.ledgers import M, book, publish
from tests.reporting.rounds import PERIOD, issue, job_now, open_round, order_issue, own_report

pytestmark = pytest.mark.django_db

HEAD = "dept.head.hai-phong"
PROVINCIAL = [f"{who}.hai-phong" for who in ("centre", "dept", "dept.head", "finance", "committee", "viewer")]
NATIONAL = ["agency.officer", "agency.head", "ministry.leader", "viewer.nation", "auditor"]


def browser(account: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=account))
    return client


def url(name: str = "report_page", **words: Any) -> str:
    asked = {"scope": "hai-phong", "year": 2026, "period": "q1"} | words
    return (
        reverse(name, args=["quarterly"]) + "?" + "&".join(f"{key}={value}" for key, value in asked.items())
    )


def status(account: str, address: str) -> int:
    return browser(account).get(address).status_code


# -- Who opens what ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", PROVINCIAL + NATIONAL)
def test_a_province_s_report_is_open_to_its_people_and_to_the_nation(account: str) -> None:
    assert status(account, url()) == 200
    assert status(account, url("report_json")) == 200
    assert status(account, reverse("report_list")) == 200


@pytest.mark.parametrize("account", ["centre.thai-nguyen", "dept.head.thai-nguyen", "viewer.thai-nguyen"])
@pytest.mark.parametrize("scope", ["hai-phong", "nation", "north"])
def test_another_province_finds_nothing_there(account: str, scope: str) -> None:
    for name in ("report_page", "report_json", "report_figure"):
        assert status(account, url(name, scope=scope, figure="planned", programme="LOCAL")) == 404
    answer = browser(account).post(url("report_print"), {"scope": scope, "year": 2026, "period": "q1"})
    assert answer.status_code == 404


def test_a_province_opens_the_units_that_it_took_over_and_no_others() -> None:
    words: dict[str, Any] = {"year": 2024, "period": "m12"}
    assert status("dept.hai-phong", url(scope="hai-duong", **words)) == 200
    assert status("dept.hai-phong", url(scope="hoa-binh", **words)) == 404


def test_the_operator_sees_no_report() -> None:
    assert status("operator", url()) == 404
    assert status("operator", reverse("report_list")) == 404


def test_a_past_name_is_answered_with_a_sentence_on_the_page() -> None:
    answer = browser("agency.officer").get(url(scope="hoa-binh", year=2024, period="m12", boundaries="now"))
    assert answer.status_code == 400
    assert "sáp nhập vào Phú Thọ" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "args"),
    [("report_print", ["quarterly"]), ("ledger_declare", [2021]), ("report_draft_save", [1])],
)
def test_what_changes_something_is_not_done_by_get(name: str, args: list[Any]) -> None:
    assert status("dept.hai-phong", reverse(name, args=args)) == 405


# -- Figures lead to their files -----------------------------------------------------------------------------


def test_every_figure_of_the_page_opens_the_entries_that_it_is_the_sum_of() -> None:
    file = book(
        year=2026, planned=300 * M, allocated=200 * M, contracted=200 * M, executed=150 * M, paid=50 * M
    )
    client = browser("dept.hai-phong")
    page = client.get(url()).content.decode()
    address = url(
        "report_figure", boundaries="then", as_of=today(), figure="executed", programme="LOCAL", row=""
    )
    assert address.replace("&", "&amp;") in page
    behind = client.get(address)
    assert behind.context["total"] == 150 * M
    assert [entry.project_year_id for entry in behind.context["rows"]] == [file.pk]
    with acting_as(position("dept.hai-phong")):
        code = ProjectYear.objects.get(pk=file.pk).project.code
    assert f'href="{reverse("file", args=[code])}"' in behind.content.decode()


def test_the_entries_behind_a_figure_sum_to_it() -> None:
    for kind, more in (("LOCAL", 0), ("NATIONAL", 7)):
        book(year=2026, programme=kind, planned=(90 + more) * M, allocated=80 * M, contracted=80 * M,
             advanced=30 * M, executed=(60 + more) * M, counterpart=11 * M, paid=20 * M, refunded=4 * M)  # fmt: skip
        book(year=2026, programme=kind, executed=500 * M, on=dt.date(2026, 5, 2))
    client = browser("agency.officer")
    for scope in ("hai-phong", "north"):
        found = client.get(url("report_json", scope=scope)).json()
        columns = {**found["by_programme"], "ALL": found["total"]}
        for figure in ("planned", "allocated", "contracted", "executed", "disbursed", "counterpart"):
            for programme, shown in columns.items():
                address = url("report_figure", scope=scope, figure=figure, programme=programme)
                assert client.get(address).context["total"] == shown[figure]
    found = client.get(url("report_json", scope="nation", period="q2")).json()
    local = found["rows"][1]
    of_row = url(
        "report_figure", scope="nation", period="q2", figure="executed", programme="LOCAL", row="hai-phong"
    )
    assert client.get(of_row).context["total"] == local["executed"] == 500 * M
    assert client.get(of_row + "&to_date=1").context["total"] == local["executed_cumulative"] == 560 * M
    assert client.get(of_row + "&group=3").context["total"] == 500 * M
    assert client.get(of_row + "&group=1").context["total"] == 0


def test_a_published_figure_opens_with_its_source() -> None:
    publish("nat-2021", value=150_000 * M, note="at the conference")
    page = browser("viewer.nation").get(
        url("report_figure", scope="nation", year=2021, period="m12", figure="planned", programme="NATIONAL")
    )
    text = page.content.decode()
    assert "nat-2021" in text and "10/12/2021" in text and "150.000.000.000 đồng" in text
    assert "at the conference" not in text


@pytest.mark.parametrize(
    "words",
    [
        {"figure": "nothing"},
        {"figure": "planned", "programme": "AWARD"},
        {"figure": "planned", "row": "ha-noi"},
    ],
)
def test_a_figure_that_is_not_there_is_refused_with_a_sentence(words: dict[str, str]) -> None:
    answer = browser("dept.hai-phong").get(url("report_figure", **{"programme": "LOCAL"} | words))
    assert answer.status_code == 400
    assert "Báo cáo này không có" in answer.content.decode()


# -- Drafts and issue ----------------------------------------------------------------------------------------


def test_the_draft_belongs_to_its_body_alone() -> None:
    open_round()
    address = reverse("report_draft", args=[own_report("dept.hai-phong").pk])
    assert status("dept.hai-phong", address) == status(HEAD, address) == 200
    for account in (
        "centre.hai-phong",
        "viewer.hai-phong",
        "dept.thai-nguyen",
        "agency.head",
        "ministry.leader",
    ):
        assert status(account, address) == 404


def test_what_the_last_report_said_stands_beside_what_is_written_now() -> None:
    round_ = open_round()
    report = own_report("dept.hai-phong")
    days = {
        name: getattr(round_, name) - dt.timedelta(days=365)
        for name in ("opens_on", "department_due", "agency_due")
    }
    with acting_as(position("agency.head")):
        before = ReportingRound.objects.create(
            code=round_.code, year=round_.year - 1, period=round_.period, sent_to_nation=True, nation_writes=True,
            **days,
        )  # fmt: skip
    for account, text in (("dept.hai-phong", "Thiếu vốn."), ("dept.thai-nguyen", "Thiếu đất.")):
        by = position(account)
        own = own_report(account)
        with acting_as(by):
            Report.objects.create(
                tenant=own.tenant, round=before, organisation=own.organisation, scope=own.scope,
                province=own.province, difficulties=text, estimated_local=15 * M, saved_by=by,
            )  # fmt: skip
    form = browser("dept.hai-phong").get(reverse("report_draft", args=[report.pk])).context["form"]
    assert {name: each.text for name, each in form.earlier.items()} == {
        "difficulties": "Thiếu vốn.",
        "estimated_local": "15.000.000 đồng",
    }
    assert form.earlier["difficulties"].when.endswith(str(before.year))


def test_what_is_typed_saves_itself_and_an_older_page_is_shown_both_values() -> None:
    open_round()
    report = own_report("dept.hai-phong")
    address = reverse("report_draft_save", args=[report.pk])
    client = browser("dept.hai-phong")
    saved = client.post(address, {"version": 1, "difficulties": "Một", "estimated_local": "1,5 tỷ"})
    assert (saved.status_code, saved.json()["version"]) == (200, 2)
    with acting_as(position("dept.hai-phong")):
        assert Report.objects.get(pk=report.pk).estimated_local == 1_500 * M
    late = client.post(address, {"version": 1, "difficulties": "Hai", "estimated_local": "1.500.000.000"})
    assert late.status_code == 409
    assert late.json() == {
        "version": 2,
        "theirs": {"difficulties": {"label": "Khó khăn, vướng mắc", "value": "Một"}},
    }
    assert client.post(address, {"version": 2, "difficulties": "Một", "estimated_local": "x"}).json()[
        "errors"
    ]


def test_the_officer_is_refused_the_issue_and_the_head_is_led_to_the_job() -> None:
    open_round()
    address = reverse("report_issue", args=[own_report(HEAD).pk])
    order = {"number": "5/BC-SCT", "dated": today().strftime("%d/%m/%Y"), "blank_means_none": "on"}
    for answer in (browser("dept.hai-phong").get(address), browser("dept.hai-phong").post(address, order)):
        assert answer.status_code == 403
    assert status("dept.head.thai-nguyen", address) == 404
    order |= {"seen": browser(HEAD).get(address).context["seen"]}
    answer = browser(HEAD).post(address, order)
    with acting_as(position(HEAD)):
        job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("report_job", args=[job.pk]))


def test_a_sum_of_published_parts_opens_to_them() -> None:
    publish("hb", scope="hoa-binh", programme="LOCAL", indicator="allocated", value=405 * M)
    asked = {"scope": "nation", "year": 2021, "period": "m12", "figure": "allocated", "programme": "LOCAL"}
    page = browser("viewer.nation").get(url("report_figure", **asked)).content.decode()
    assert "Số đã công bố được cộng vào" in page
    assert "Hòa Bình" in page
    assert "405.000.000 đồng" in page


def test_what_a_sum_opens_to_sums_to_it() -> None:
    hoa_binh, hai_duong = (Province.objects.get(slug=slug) for slug in ("hoa-binh", "hai-duong"))
    publish("hb", scope="hoa-binh", programme="LOCAL", indicator="executed", value=405 * M)
    book(year=2021, executed=100 * M, province=hoa_binh)  # stands behind the published figure
    book(year=2021, executed=20 * M, province=hai_duong)
    client = browser("viewer.nation")
    words: dict[str, Any] = {"year": 2021, "period": "m12", "boundaries": "now"}
    for scope, row, expected in (
        ("nation", "", 425 * M),
        ("nation", "phu-tho", 405 * M),
        ("north", "", 425 * M),
    ):
        found = client.get(
            url("report_figure", **words, scope=scope, figure="executed", programme="LOCAL", row=row)
        )
        assert found.context["total"] + found.context["parts_total"] == expected
        assert found.context["shown"] == f"{expected // M} (b)"


def test_the_page_of_a_cumulative_figure_says_so() -> None:
    book(year=2026, executed=M)
    asked = {"period": "q2", "figure": "executed", "programme": "LOCAL", "to_date": "1"}
    page = browser("dept.hai-phong").get(url("report_figure", **asked)).content.decode()
    assert "Thực hiện (nghiệm thu) lũy kế từ đầu năm" in page
    assert "trong kỳ" not in page.split("<h1")[1].split("</h1>")[0]


def test_the_head_signs_the_figures_that_the_head_saw() -> None:
    opened = open_round()
    book(year=opened.year, planned=7 * M, on=today())
    address = reverse("report_issue", args=[own_report(HEAD).pk])
    client = browser(HEAD)
    yesterday = today() - dt.timedelta(days=1)
    order = {"number": "5/BC-SCT", "dated": yesterday.strftime("%d/%m/%Y"), "blank_means_none": "on"}
    shown = client.get(address).context["seen"]
    other = client.post(address, order | {"seen": shown})
    assert other.status_code == 400
    assert f"Số liệu đến ngày {yesterday:%d/%m/%Y}, hoặc phần do đơn vị viết, khác" in other.content.decode()
    with acting_as(position(HEAD)):
        assert not Job.objects.exists()
    assert client.post(address, order | {"seen": other.context["seen"]}).status_code == 302


def test_the_head_signs_the_text_that_the_head_read() -> None:
    open_round()
    report = own_report(HEAD)
    address = reverse("report_issue", args=[report.pk])
    client = browser(HEAD)
    order = {"number": "5/BC-SCT", "dated": today().strftime("%d/%m/%Y"), "blank_means_none": "on"}
    order |= {"seen": client.get(address).context["seen"]}
    save = reverse("report_draft_save", args=[report.pk])
    browser("dept.hai-phong").post(save, {"version": 1, "difficulties": "Thiếu vốn"})
    other = client.post(address, order)
    assert (other.status_code, "Thiếu vốn" in other.content.decode()) == (400, True)


def test_an_issue_without_texts_asks_whether_there_is_nothing_to_say() -> None:
    open_round()
    address = reverse("report_issue", args=[own_report(HEAD).pk])
    client = browser(HEAD)
    order = {"number": "5/BC-SCT", "dated": today().strftime("%d/%m/%Y")}
    order |= {"seen": client.get(address).context["seen"]}
    answer = client.post(address, order)
    assert (answer.status_code, "đánh dấu để báo cáo ghi" in answer.content.decode()) == (400, True)


def test_an_issued_report_leads_to_its_replacement_and_names_it() -> None:
    open_round()
    first = issue(HEAD, "5/BC-SCT")
    page = browser(HEAD).get("/bao-cao/").content.decode()
    again = reverse("report_issue", args=[first.report_id])
    assert again in page
    assert again not in browser("dept.hai-phong").get("/bao-cao/").content.decode()
    draft = browser(HEAD).get(reverse("report_draft", args=[first.report_id])).content.decode()
    assert "Lập bản thay thế" in draft and "uá hạn" not in draft
    second = issue(HEAD, "6/BC-SCT", reason="Sửa số liệu nghiệm thu.")
    words = printed.text(stored_bytes(second))
    told = f"Báo cáo này thay thế Báo cáo số 5/BC-SCT ngày {today():%d/%m/%Y}; lý do: Sửa số liệu nghiệm thu."
    assert told in words
    assert "…" not in words
    page = browser(HEAD).get("/bao-cao/").content.decode()
    assert "Đã được thay thế" in page


def test_an_impossible_issue_shows_why_beside_what_was_typed() -> None:
    open_round()
    address = reverse("report_issue", args=[own_report(HEAD).pk])
    answer = browser(HEAD).post(
        address, {"number": "5/BC-SCT", "dated": "01/01/2100", "blank_means_none": "on"}
    )
    assert answer.status_code == 400
    assert "Ngày ban hành không được sau hôm nay." in answer.content.decode()
    assert 'value="5/BC-SCT"' in answer.content.decode()


def test_the_progress_is_asked_until_the_job_is_done_and_then_no_more() -> None:
    open_round()
    job = order_issue(HEAD, "5/BC-SCT")
    address = reverse("report_job", args=[job.pk])
    client = browser(HEAD)
    waiting = client.get(address, headers={"HX-Request": "true"})
    assert waiting.status_code == 200
    assert f'hx-get="{address}"' in waiting.content.decode()
    assert "<html" in client.get(address).content.decode()
    run_job(job.pk, position(HEAD).pk)
    done = client.get(address, headers={"HX-Request": "true"})
    assert done.status_code == 286
    assert "hx-get" not in done.content.decode()
    with acting_as(position(HEAD)):
        assert reverse("issued_file", args=[IssuedReport.objects.get().pk]) in done.content.decode()


def test_a_job_and_its_file_belong_to_the_position_that_ordered_it() -> None:
    answer = browser("viewer.hai-phong").post(
        reverse("report_print", args=["quarterly"]), {"scope": "hai-phong", "year": "2026", "period": "q1"}
    )
    viewer = position("viewer.hai-phong")
    with acting_as(viewer):
        job = Job.objects.get()
    assert answer["Location"] == reverse("report_job", args=[job.pk])
    file = reverse("report_job_file", args=[job.pk])
    assert status("viewer.hai-phong", file) == 404
    run_job(job.pk, viewer.pk)
    content = browser("viewer.hai-phong").get(file)
    assert content.content[:5] == b"%PDF-"
    for account in ("dept.hai-phong", "viewer.thai-nguyen", "agency.head"):
        assert status(account, file) == status(account, reverse("report_job", args=[job.pk])) == 404


def test_an_issued_report_is_sent_byte_for_byte_to_its_province_and_the_nation_only() -> None:
    open_round()
    issued = issue(HEAD, "5/BC-SCT")
    address = reverse("issued_file", args=[issued.pk])
    with issued.file.open("rb") as file:
        kept = file.read()
    for account in ("dept.hai-phong", "viewer.hai-phong", "agency.officer", "viewer.nation"):
        assert browser(account).get(address).content == kept
    for account in ("dept.thai-nguyen", "viewer.thai-nguyen", "operator"):
        assert status(account, address) == 404


def test_a_stored_file_that_was_touched_is_not_sent() -> None:
    open_round()
    issued = issue(HEAD, "5/BC-SCT")
    with Path(issued.file.path).open("ab") as file:
        file.write(b"x")
    answer = browser(HEAD).get(reverse("issued_file", args=[issued.pk]))
    assert answer.status_code == 400
    assert "không còn khớp với mã băm" in answer.content.decode()


def test_national_people_see_who_has_not_reported() -> None:
    open_round()
    issue(HEAD, "5/BC-SCT")
    page = browser("agency.officer").get(reverse("report_list")).content.decode()
    assert "5/BC-SCT" in page
    assert page.count("Sở Công Thương ") >= 34
    assert job_now(order_issue("agency.head", "1/BC-ĐCK", scope="nation"), position("agency.head")).pk


def test_the_head_declares_the_ledger_of_a_past_year_complete_from_its_report() -> None:
    page = browser(HEAD).get(url(year=2024, period="m12")).content.decode()
    assert reverse("ledger_declare", args=[2024]) in page
    assert browser("dept.hai-phong").post(reverse("ledger_declare", args=[2024])).status_code == 403
    refused = browser(HEAD).post(reverse("ledger_declare", args=[2024]))
    assert (refused.status_code, "chưa có bút toán nào" in refused.content.decode()) == (400, True)
    assert 'name="although_empty"' in page
    declared = browser(HEAD).post(reverse("ledger_declare", args=[2024]), {"although_empty": "on"})
    assert declared.status_code == 302
    assert (
        browser("dept.hai-phong").get(url("report_json", year=2024, period="m12")).json()["total"]["planned"]
        == 0
    )


# -- Cost -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["dept.hai-phong", "agency.officer"])
def test_pages_ask_the_database_equally_often_for_1_and_for_30_rows(account: str) -> None:
    client = browser(account)
    home = "hai-phong" if account.startswith("dept") else "nation"
    words: dict[str, Any] = {"scope": home, "year": PERIOD.year, "period": PERIOD.code}
    pages = [
        url(**words),
        url("report_json", **words),
        url("report_figure", **words, figure="executed", programme="LOCAL"),
        reverse("report_list"),
    ]

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    book(year=PERIOD.year, executed=M, on=PERIOD.first_day)
    few = [queries(address) for address in pages]
    for _ in range(29):
        book(year=PERIOD.year, executed=M, counterpart=M, on=PERIOD.first_day)
    assert [queries(address) for address in pages] == few


def test_a_period_that_is_not_over_says_what_it_can_tell() -> None:
    later = browser(HEAD).get(url(year=today().year + 1, period="q4")).content.decode()
    assert f"Quý IV năm {today().year + 1} chưa bắt đầu (từ ngày 01/10/{today().year + 1})" in later
    running = browser(HEAD).get(url(year=today().year, period=f"month{today().month}")).context["unfinished"]
    assert "chưa kết thúc" in running or not running  # on the last day it is over
    assert browser(HEAD).get(url(year=2025, period="q1")).context["unfinished"] == ""
