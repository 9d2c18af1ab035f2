"""What changed between two sendings of a file, and who may compare them."""

from __future__ import annotations

import pytest

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from projects.services.files import save_content, save_estimate
from tests.cast import position
from tests.projects import walks
from tests.projects.views.browsers import browser
from tests.projects.walks import NATIONAL, draft

pytestmark = pytest.mark.django_db

CENTRE, DEPT = "centre.hai-phong", "dept.hai-phong"
DAYS = 60


def sent_again(objectives: str = "Cho 12 hộ.") -> Walk:
    """Returned by the department and sent a second time, with another objective and a dearer machine."""
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back(
        "dept", ("file", "", "objectives", "Nêu số hộ."), ("estimate", "", "", "Kèm báo giá."), days=DAYS
    )
    by = position(CENTRE)
    with acting_as(by):
        year = walk.now()
        save_content(year, by=by, version=year.project.version, values={"objectives": objectives})
        lines = list(year.estimate.values())
        lines[0]["unit_price"] += 1_000_000
        lines[0]["counterpart"] += 1_000_000
        share = year.shares.get()
        year.shares.filter(pk=share.pk).update(counterpart=share.counterpart + 1_000_000)
        version = walk.now().project.version
        save_estimate(year, by=by, version=version, lines=lines)
    walks.submitted(walk)
    return walk


def url_of(walk: Walk, number: int = 2) -> str:
    return f"/de-an/{walk.year.project.code}/qua-trinh/lan-{number}/"


def test_the_way_leads_from_a_second_sending_to_what_changed() -> None:
    walk = sent_again()
    route = browser(DEPT).get(f"/de-an/{walk.year.project.code}/qua-trinh/").content.decode()
    assert route.count(f'href="{url_of(walk)}"') == 1
    assert url_of(walk, 1) not in route


def test_what_changed_stands_old_beside_new() -> None:
    changes = browser(DEPT).get(url_of(walk := sent_again())).context["changes"]
    ((label, _, after),) = [(each.label, each.before, each.after) for each in changes.fields]
    assert (label, after) == ("3. Mục tiêu", "Cho 12 hộ.")
    tables = dict(changes.tables)
    (line,) = tables["Dự toán"]
    assert line.how == "changed"
    assert {each.label: (each.before, each.after) for each in line.changes} == {
        "Đơn giá (đồng)": ("720.000.000", "721.000.000"),
        "Thành tiền (đồng)": ("720.000.000", "721.000.000"),
        "Đơn vị thụ hưởng (đồng)": ("420.000.000", "421.000.000"),
    }
    assert "Nêu số hộ." in browser(CENTRE).get(url_of(walk)).content.decode()


def test_words_that_came_are_marked() -> None:
    page = browser(DEPT).get(url_of(sent_again("Nội dung mục objectives. Cho 12 hộ."))).content.decode()
    assert "<del>Nội dung mục objectives.</del>" in page
    assert "<ins>Nội dung mục objectives.<mark> Cho 12 hộ.</mark></ins>" in page


@pytest.mark.parametrize("number", [1, 3])
def test_a_sending_without_one_before_it_has_nothing_to_compare(number: int) -> None:
    assert browser(DEPT).get(url_of(sent_again(), number)).status_code == 404


def test_the_nation_compares_only_what_came_before_it() -> None:
    walk = sent_again()
    walk.appraise()
    walks.next_day(walk)
    walks.decide("register", walk)
    assert browser("agency.officer").get(f"/de-an/{walk.year.project.code}/qua-trinh/").status_code == 200
    assert browser("agency.officer").get(url_of(walk)).status_code == 404  # the first never left the province
    assert browser("dept.thai-nguyen").get(url_of(walk)).status_code == 404
