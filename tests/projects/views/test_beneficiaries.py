"""Who gets what: chosen from the register, typed, compared with the estimate."""

from __future__ import annotations

import re
from typing import Any

import pytest

from accounts.tenancy import acting_as
from projects.models import BeneficiaryShare, Establishment, ProjectYear
from tests.cast import position
from tests.factories import make_establishment
from tests.projects import walks
from tests.projects.views.browsers import browser, keep, project, rows
from tests.projects.walks import NATIONAL, draft

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"


def made() -> tuple[ProjectYear, str]:
    """A complete draft that asks 300 million for one establishment, and the address of its beneficiaries."""
    walk = draft(NATIONAL)
    return walk.year, f"/de-an/{walk.year.project.code}/thu-huong/"


def shares(year: ProjectYear) -> list[tuple[str, int, int]]:
    with acting_as(position(CENTRE)):
        found = BeneficiaryShare.objects.filter(project_year=year)
        return [(each.place, each.support, each.counterpart) for each in found]


def first(year: ProjectYear) -> int:
    """The establishment that the draft names."""
    with acting_as(position(CENTRE)):
        return BeneficiaryShare.objects.get(project_year=year).establishment_id


def typed(year: ProjectYear, *given: dict[str, Any], **more: Any) -> dict[str, Any]:
    version = project(year.project.code).version
    return rows("shares", *given, stored=len(given)) | {"version": version} | more


def register(name: str, account: str = CENTRE, **more: Any) -> Establishment:
    return make_establishment(by=position(account), name=name, **more)


def test_amounts_are_saved_and_compared_with_the_estimate() -> None:
    year, url = made()
    row = {
        "establishment": first(year),
        "place": "Thôn Đông",
        "support": "250 triệu",
        "counterpart": "420000000",
    }
    answer = keep(CENTRE, f"{url}luu/", typed(year, row)).json()
    assert answer["computed"] == {
        "shares_support": "250.000.000 đồng",
        "shares_counterpart": "420.000.000 đồng",
        "shares_difference": "Tổng hỗ trợ còn thiếu 50.000.000 đồng so với dự toán (300.000.000 đồng).",
    }
    assert shares(year) == [("Thôn Đông", 250_000_000, 420_000_000)]


def test_an_amount_that_cannot_be_read_leaves_the_stored_one() -> None:
    year, url = made()
    row = {"establishment": first(year), "place": "Thôn Đông", "support": "1.5", "counterpart": "0"}
    answer = keep(CENTRE, f"{url}luu/", typed(year, row)).json()
    assert list(answer["errors"]) == ["shares-0-support"]
    assert shares(year) == [("Thôn Đông", 300_000_000, 0)]


def test_the_register_is_searched_without_marks_and_tells_who_may_not_be_supported() -> None:
    year, url = made()
    register("Hợp tác xã Mộc Đông Á", commune="phường Lê Chân", commune_kind="WARD")
    register("Công ty Cơ khí An Phát")
    register("Hợp tác xã Mộc Thái Nguyên", "centre.thai-nguyen")
    found = browser(CENTRE).get(f"{url}danh-ba/?q=moc").content.decode()
    assert "Mộc Đông Á" in found
    assert "Nghị định 235/2025/NĐ-CP" in found
    assert "An Phát" not in found
    assert "Thái Nguyên" not in found
    assert (
        f"/co-so/moi/?file={year.project.code}" in browser(CENTRE).get(f"{url}?q=khong co").content.decode()
    )


def test_choosing_an_establishment_adds_a_row_with_what_is_left_of_the_estimate() -> None:
    year, url = made()
    row = {"establishment": first(year), "support": "200 triệu", "counterpart": "420 triệu"}
    keep(CENTRE, f"{url}luu/", typed(year, row))
    chosen = register("Hợp tác xã Mộc Đông Á", address="Thôn Tây")
    response = browser(CENTRE).post(f"{url}them/", {"establishment": chosen.pk})
    assert response["Location"] == url
    assert shares(year) == [("", 200_000_000, 420_000_000), ("Thôn Tây", 100_000_000, 0)]
    assert "Mộc Đông Á" in browser(CENTRE).get(url).content.decode()


def test_nobody_is_chosen_twice_nor_out_of_another_province() -> None:
    year, url = made()
    foreign = register("Hợp tác xã Mộc Thái Nguyên", "centre.thai-nguyen").pk
    for pk in (first(year), foreign, "x", ""):
        response = browser(CENTRE).post(f"{url}them/", {"establishment": pk}, follow=True)
        assert "Cơ sở này đã có trong danh sách, hoặc không có trong danh bạ" in response.content.decode()
    assert len(shares(year)) == 1


def test_a_row_goes_only_when_it_is_marked() -> None:
    year, url = made()
    second = register("Hợp tác xã Mộc Đông Á").pk
    older = typed(year, {"establishment": first(year), "support": "300 triệu", "counterpart": "420 triệu"})
    kept = first(year)
    browser(CENTRE).post(f"{url}them/", {"establishment": second})
    assert keep(CENTRE, f"{url}luu/", older).status_code == 200  # the older page does not know the second row
    assert len(shares(year)) == 2
    gone = typed(
        year,
        {"establishment": kept, "support": "300 triệu", "counterpart": "420 triệu"},
        {"establishment": second, "DELETE": "on"},
    )
    keep(CENTRE, f"{url}luu/", gone)
    assert len(shares(year)) == 1


def test_what_is_typed_for_a_row_taken_out_elsewhere_is_said_not_to_be_saved() -> None:
    year, url = made()
    gone = register("Hợp tác xã Mộc Đông Á").pk
    row = {"establishment": first(year), "support": "300 triệu", "counterpart": "420 triệu"}
    answer = keep(CENTRE, f"{url}luu/", typed(year, row, {"establishment": gone, "place": "Thôn Tây"})).json()
    assert answer["errors"] == {
        "shares-1-place": "Cơ sở này vừa được gỡ khỏi danh sách ở nơi khác nên dòng này không lưu."
    }


def test_the_older_save_is_told_what_is_stored() -> None:
    year, url = made()
    establishment = first(year)
    older = typed(year, {"establishment": establishment, "place": "Thôn Tây", "support": "300 triệu"})
    keep(
        CENTRE,
        f"{url}luu/",
        typed(year, {"establishment": establishment, "place": "Thôn Đông", "support": "0"}),
    )
    refused = keep(CENTRE, f"{url}luu/", older)
    assert refused.status_code == 409
    assert refused.json()["theirs"] == {
        "shares-0-place": {"label": "Dòng 1, Địa điểm thực hiện", "value": "Thôn Đông"},
        "shares-0-support": {"label": "Dòng 1, Hỗ trợ", "value": "0"},
    }


def test_the_button_saves_and_leads_on_to_the_documents() -> None:
    year, url = made()
    row = {
        "establishment": first(year),
        "place": "Thôn Đông",
        "support": "300 triệu",
        "counterpart": "420 triệu",
    }
    assert browser(CENTRE).post(url, typed(year, row, next="1"))["Location"].endswith("/tai-lieu/")
    assert shares(year)[0][0] == "Thôn Đông"


def test_in_a_returned_file_an_opened_place_may_change_and_nobody_is_added() -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    establishment = first(walk.year)
    walk.send_back("dept", ("beneficiaries", str(establishment), "place", "Ghi rõ thôn."), days=60)
    year, url = walk.year, f"/de-an/{walk.year.project.code}/thu-huong/"
    page = browser(CENTRE).get(url).content.decode()
    assert "Ghi rõ thôn." in page
    assert "Chọn cơ sở từ danh bạ" not in page
    row = {"establishment": establishment, "place": "Thôn Đông", "support": "1"}
    keep(CENTRE, f"{url}luu/", typed(year, row))
    assert shares(year) == [("Thôn Đông", 300_000_000, 420_000_000)]
    other = register("Hợp tác xã Mộc Đông Á").pk
    assert browser(CENTRE).post(f"{url}them/", {"establishment": other}).status_code == 400


@pytest.mark.parametrize(("account", "status"), [("centre.thai-nguyen", 404), ("dept.hai-phong", 403)])
def test_nobody_else_saves_adds_or_searches(account: str, status: int) -> None:
    year, url = made()
    row = typed(year, {"establishment": first(year), "place": "x"})
    client = browser(account)
    assert keep(account, f"{url}luu/", row).status_code == status
    assert client.post(url, row).status_code == status
    assert client.post(f"{url}them/", {"establishment": 1}).status_code == status
    assert client.get(f"{url}danh-ba/").status_code == status


def test_saving_and_adding_are_not_reading() -> None:
    _, url = made()
    client = browser(CENTRE)
    assert [client.get(f"{url}{act}/").status_code for act in ("luu", "them")] == [405, 405]


def inputs(page: str) -> dict[str, str]:
    """What a browser would send of the table: inputs that are not disabled."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r' name="(shares-[^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and " disabled" not in tag and 'type="checkbox"' not in tag:
            found[name.group(1)] = value.group(1) if value else ""
    return found


@pytest.mark.parametrize("pin", ["", "support"])
def test_a_share_that_was_pinned_alone_is_put_right(pin: str) -> None:
    walk = draft(NATIONAL)
    walks.submitted(walk)
    walk.send_back("dept", ("beneficiaries", str(first(walk.year)), pin, "Ghi lại."))
    url = f"/de-an/{walk.year.project.code}/thu-huong/"
    sent = inputs(browser(CENTRE).get(url).content.decode())
    assert sent["shares-0-establishment"] == str(first(walk.year))
    name, value = ("place", "Thôn Đông") if not pin else ("support", "300.000.000")
    version = project(walk.year.project.code).version
    answer = keep(CENTRE, f"{url}luu/", sent | {f"shares-0-{name}": value, "version": version})
    assert answer.json()["errors"] == {}
    version = project(walk.year.project.code).version
    posted = browser(CENTRE).post(url, sent | {f"shares-0-{name}": value, "version": version})
    assert posted.status_code == 302
    assert shares(walk.year) == [("Thôn Đông" if not pin else "", 300_000_000, 420_000_000)]


def test_a_row_whose_establishment_went_elsewhere_is_shown_as_such() -> None:
    year, url = made()
    gone = {"establishment": 10**6, "place": "Thôn Đông", "support": "1", "counterpart": "2"}
    stays = {"establishment": first(year), "place": "", "support": "300000000", "counterpart": "420000000"}
    page = browser(CENTRE).post(url, typed(year, stays, gone))
    assert page.status_code == 400
    assert "Cơ sở đã được gỡ khỏi danh sách" in page.content.decode()
    assert "Thôn Đông" in page.content.decode()
    taken_out = typed(year, stays, gone | {"DELETE": "on"})
    assert browser(CENTRE).post(url, taken_out).status_code == 302
