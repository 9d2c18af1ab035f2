import datetime as dt

import pytest

from accounts.tenancy import acting_as
from budgets.models import BudgetAssignment, Ceiling, EntryKind, LedgerEntry
from budgets.services import book
from khuyencong.lib.dates import today
from projects.models import ProjectYear
from tests.cast import position
from tests.factories import make_entry, make_file
from tests.projects.views.browsers import browser, queries

pytestmark = pytest.mark.django_db

NEW, EXPECTED = "/kinh-phi/du-toan-giao/", "/kinh-phi/du-kien/"
OFFICER = "agency.officer"


def day(offset: int = 0) -> str:
    return f"{today() + dt.timedelta(days=offset):%d/%m/%Y}"


PAPER = {
    "year": "2027",
    "amount": "18 tỷ",
    "paper_number": "2901/QĐ-BCT",
    "paper_date": day(-3),
    "issuer": "Bộ Công Thương",
    "summary": "Giao dự toán năm 2027",
}


def planned(slug: str, programme: str, approved: int, year: int = 2027) -> ProjectYear:
    by = position(f"centre.{slug}")
    file = make_file(by=by, programme=programme, year=year, state="approved", support=approved, sent=True)
    with acting_as(by):
        ProjectYear.objects.filter(pk=file.pk).update(submission=1)
        book(make_entry(file, EntryKind.APPROVED, approved, by=by))
    return file


def table(account: str, address: str = "/kinh-phi/?year=2027") -> dict[str, tuple[int, int]]:
    """Programme → files, plan in đồng, as the page shows them to ``account``."""
    context = browser(account).get(address).context
    found = {str(programme): (files, sums.planned) for programme, files, sums in context["rows"]}
    return found | {"total": (context["count"], context["total"].planned)}


def test_everybody_sees_the_sums_of_the_files_that_he_may_open() -> None:
    planned("hai-phong", "NATIONAL", 300)
    planned("hai-phong", "LOCAL", 20)
    planned("thai-nguyen", "NATIONAL", 200)
    planned("thai-nguyen", "LOCAL", 10)
    nation = {"NATIONAL": (2, 500), "LOCAL": (2, 30), "total": (4, 530)}
    assert {
        account: table(account) for account in ("dept.hai-phong", "finance.thai-nguyen", "viewer.nation")
    } == {
        "dept.hai-phong": {"NATIONAL": (1, 300), "LOCAL": (1, 20), "total": (2, 320)},
        "finance.thai-nguyen": {"LOCAL": (1, 10), "total": (1, 10)},
        "viewer.nation": nation,
    }


@pytest.mark.parametrize("wanted", ["", "²", "abc", "99999999999999", "-1", "1066"])
def test_a_year_that_is_none_is_this_year(wanted: str) -> None:
    page = browser("dept.hai-phong").get(f"/kinh-phi/?year={wanted}")
    assert page.context["year"] == today().year


def test_a_programme_opens_to_its_files() -> None:
    planned("hai-phong", "LOCAL", 20)
    page = browser("dept.hai-phong").get("/kinh-phi/?year=2027").content.decode()
    assert 'href="/de-an/?year=2027&amp;programme=LOCAL"' in page


def test_what_was_assigned_is_recorded_and_booked() -> None:
    answer = browser(OFFICER).post(NEW, PAPER)
    assert answer["Location"] == "/kinh-phi/?year=2027"
    page = browser(OFFICER).get("/kinh-phi/?year=2027")
    assert page.context["envelope"].assigned == 18_000_000_000
    assert "2901/QĐ-BCT" in page.content.decode()
    with acting_as(position(OFFICER)):
        entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.amount, entry.source) == ("assigned", 18_000_000_000, "NATIONAL")


def test_a_department_records_its_own_local_money() -> None:
    browser("dept.hai-phong").post(NEW, PAPER)
    assert (
        browser("dept.hai-phong").get("/kinh-phi/?year=2027").context["envelope"].assigned == 18_000_000_000
    )
    assert browser("dept.thai-nguyen").get("/kinh-phi/?year=2027").context["envelope"].assigned == 0


def test_the_same_paper_twice_is_booked_once() -> None:
    answers = [browser(OFFICER).post(NEW, PAPER) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert (
        "đã được ghi cho năm 2027: 18.000.000.000 đồng"
        in answers[1].context["form"].errors["paper_number"][0]
    )
    with acting_as(position(OFFICER)):
        assert (BudgetAssignment.objects.count(), LedgerEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"amount": "0"}, "amount", "Số được giao phải khác 0."),
        ({"amount": "-1"}, "amount", "vượt"),
        ({"amount": "nhiều"}, "amount", "Không hiểu số tiền"),
        ({"paper_date": day(1)}, "paper_date", "Ngày văn bản ở tương lai"),
        ({"issuer": ""}, "issuer", "bắt buộc"),
    ],
)
def test_what_cannot_be_recorded_says_why_and_stays_typed(
    change: dict[str, str], field: str, sentence: str
) -> None:
    answer = browser(OFFICER).post(NEW, {**PAPER, "summary": "Chữ đã gõ.", **change})
    assert answer.status_code == 400
    assert sentence in answer.context["form"].errors[field][0]
    assert "Chữ đã gõ." in answer.content.decode()


def test_money_far_from_what_is_expected_is_asked_about_once() -> None:
    browser(OFFICER).post(EXPECTED, {"year": "2027", "amount": "20 tỷ", "basis": "Công văn 12/BTC"})
    slip = {**PAPER, "amount": "200 tỷ"}
    answer = browser(OFFICER).post(NEW, slip)
    form = answer.context["form"]
    assert (answer.status_code, form.errors["amount"][0]) == (
        400,
        "Tổng được giao 200.000.000.000 đồng cao hơn số dự kiến 20.000.000.000 đồng.",
    )
    assert "sure" in {field.name for field in form.visible_fields()}
    with acting_as(position(OFFICER)):
        assert not LedgerEntry.objects.exists()
    assert browser(OFFICER).post(NEW, {**slip, "sure": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"year": "2033"}, "Năm 2033 không phải năm nay, năm trước hay năm sau."),
        ({"amount": "999.999 tỷ"}, "Tổng được giao 999.999.000.000.000 đồng lớn bất thường."),
    ],
)
def test_a_slip_of_the_hand_is_asked_about(change: dict[str, str], sentence: str) -> None:
    answer = browser(OFFICER).post(NEW, {**PAPER, **change})
    assert (answer.status_code, answer.context["form"].errors["amount"][0]) == (400, sentence)


@pytest.mark.parametrize("url", [NEW, EXPECTED])
def test_the_year_of_the_page_is_the_years_of_the_form(url: str) -> None:
    assert browser(OFFICER).get(f"{url}?year=2025").context["form"]["year"].value() == 2025
    assert browser(OFFICER).get(f"{url}?year=1066").context["form"]["year"].value() == today().year


def test_what_is_expected_is_said_and_said_anew() -> None:
    for amount in ("20 tỷ", "15 tỷ"):
        browser(OFFICER).post(EXPECTED, {"year": "2027", "amount": amount, "basis": "Công văn 12/BTC"})
    with acting_as(position(OFFICER)):
        assert [ceiling.amount for ceiling in Ceiling.objects.all()] == [15_000_000_000]
    form = browser(OFFICER).get(f"{EXPECTED}?year=2027").context["form"]
    assert (form["amount"].value(), form["basis"].value()) == (15_000_000_000, "Công văn 12/BTC")


@pytest.mark.parametrize("url", [NEW, EXPECTED])
@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        ("centre.hai-phong", "Chỉ Cục và Sở Công Thương quản lý dự toán được giao."),
        ("ministry.leader", "Chỉ Cục và Sở Công Thương quản lý dự toán được giao."),
        ("agency.head", "Việc này của chuyên viên được giao theo dõi kinh phí."),
        ("dept.head.hai-phong", "Việc này của chuyên viên được giao theo dõi kinh phí."),
    ],
)
def test_money_is_recorded_by_officers_of_who_holds_it(account: str, sentence: str, url: str) -> None:
    for answer in (browser(account).get(url), browser(account).post(url, PAPER)):
        assert answer.status_code == 403
        assert sentence in answer.content.decode()


def test_the_money_of_a_year_is_read() -> None:
    assert browser(OFFICER).post("/kinh-phi/").status_code == 405


def test_thirty_files_ask_the_database_no_more_than_one() -> None:
    planned("hai-phong", "LOCAL", 20)
    one = queries("dept.hai-phong", "/kinh-phi/?year=2027")
    for _ in range(29):
        planned("hai-phong", "LOCAL", 20)
    assert len(queries("dept.hai-phong", "/kinh-phi/?year=2027")) == len(one)
