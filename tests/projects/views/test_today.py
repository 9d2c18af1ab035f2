import pytest

from accounts.tenancy import acting_as
from budgets.models import EntryKind
from budgets.services import book
from khuyencong.lib.dates import today
from projects.models import ProjectYear
from tests.cast import position
from tests.factories import make_entry, make_file
from tests.projects import walks
from tests.projects.views.browsers import browser, queries

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"


def text(account: str) -> str:
    return browser(account).get("/").content.decode()


def test_the_first_page_counts_what_waits_and_what_is_late() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.submitted(walk)
    walk.send_back("dept", ("file", "", "need", "Nêu rõ."), days=2)
    walks.draft(walks.LOCAL)
    page = browser(CENTRE).get("/")
    assert (page.context["count"], page.context["late"]) == (2, 1)
    assert [item.is_late for item in page.context["tasks"]] == [True, False]
    assert "Có <b>2</b> việc chờ ông, bà, trong đó <b>1</b> việc quá hạn." in page.content.decode()


def test_who_only_reads_is_shown_no_tasks() -> None:
    page = text("viewer.nation")
    assert "Việc cần làm" not in page
    assert "việc nào" not in page


def test_only_the_unit_is_offered_a_new_file() -> None:
    accounts = (CENTRE, "centre.head.hai-phong", "dept.hai-phong", "viewer.hai-phong")
    assert ["Viết đề án mới" in text(account) for account in accounts] == [True, True, False, False]


def test_the_operator_is_led_to_his_own_site() -> None:
    assert browser("operator").get("/")["Location"] == "/quan-tri/"


def test_strangers_sign_in_first_and_nobody_posts() -> None:
    from django.test import Client

    assert Client().get("/")["Location"] == "/dang-nhap/?next=/"
    assert browser(CENTRE).post("/").status_code == 405


def test_the_figures_are_those_of_the_files_that_one_sees() -> None:
    year = today().year
    for slug, approved in (("hai-phong", 300_000_000), ("thai-nguyen", 200_000_000)):
        by = position(f"centre.{slug}")
        file = make_file(
            by=by, programme="NATIONAL", year=year, state="approved", support=approved, sent=True
        )
        with acting_as(by):
            ProjectYear.objects.filter(pk=file.pk).update(submission=1)
            book(make_entry(file, EntryKind.APPROVED, approved, by=by))
    figures = {
        account: [item["value"] for item in browser(account).get("/").context["stats"]]
        for account in (CENTRE, "dept.thai-nguyen", "finance.hai-phong", "viewer.nation")
    }
    assert figures == {
        CENTRE: ["1", "300", "0", "–"],
        "dept.thai-nguyen": ["1", "200", "0", "–"],
        "finance.hai-phong": ["0", "0", "0", "–"],
        "viewer.nation": ["2", "500", "0", "–"],
    }


def test_the_nation_opens_a_province_from_the_map() -> None:
    day = today()
    file = make_file(
        by=position(CENTRE),
        programme="NATIONAL",
        year=day.year,
        state="approved",
        support=300_000_000,
        sent=True,
    )
    with acting_as(position(CENTRE)) as by:
        ProjectYear.objects.filter(pk=file.pk).update(submission=1)
        book(make_entry(file, EntryKind.APPROVED, 300_000_000, by=by))
    page = text("viewer.nation")
    address = f"/bao-cao/xem/quarterly/?scope=hai-phong&amp;year={day.year}&amp;period=m{day.month}"
    assert f'href="{address}" aria-label="Hải Phòng: 300 triệu đồng"' in page
    assert browser("viewer.nation").get(address.replace("&amp;", "&")).status_code == 200
    assert "theo tỉnh, thành phố" not in text("dept.hai-phong")


def test_the_nation_sees_how_many_provinces_have_answered() -> None:
    walks.open_round()
    (opened,) = browser("agency.officer").get("/").context["rounds"]
    assert (opened.said, opened.all) == (0, 34)
    (own,) = browser(CENTRE).get("/").context["rounds"]
    assert own.said is None


@pytest.mark.parametrize("account", [CENTRE, "dept.hai-phong", "dept.head.hai-phong"])
def test_thirty_files_ask_the_database_no_more_than_one_of_each(account: str) -> None:
    def files(count: int) -> None:
        for state in ("draft", "submitted", "appraised_department", "contracted"):
            for _ in range(count):
                file = make_file(by=position(CENTRE), state=state)
                with acting_as(position(CENTRE)):
                    ProjectYear.objects.filter(pk=file.pk).update(submission=1)

    files(1)
    few = queries(account, "/")
    files(7)
    assert len(queries(account, "/")) == len(few)
