"""Changes of an approved file on their way to a signature: an officer writes, the director signs."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import short_date, today
from projects.models import ChangeRequest, Slip, SlipState
from tests.cast import position
from tests.projects.slips import CENTRE, CENTRE_HEAD
from tests.projects.views.browsers import browser, keep
from tests.projects.views.test_change_requests import changes, estimate
from tests.projects.walks import NATIONAL, at_work, funded

pytestmark = pytest.mark.django_db

M = 1_000_000


def page_of(walk: Walk, kind: str = "") -> str:
    at = f"/de-an/{walk.year.project.code}/trinh-ky/request_change/"
    return f"{at}?loai={kind}" if kind else at


def typed(**fields: Any) -> dict[str, Any]:
    return {"comment": "Trường cũ giải thể.", "seen": "0", "signer": position(CENTRE_HEAD).pk} | fields


def slip_of(account: str = CENTRE) -> Slip:
    with acting_as(position(account)):
        return Slip.objects.latest("pk")


def issue(slip: Slip, number: str = "90/CV-TTKC") -> Any:
    fields = {"number": number, "dated": short_date(today()), "expected_state": "signing"}
    return browser(CENTRE_HEAD).post(f"/trinh-ky/{slip.pk}/ban-hanh/", fields, follow=True)


def test_the_officer_chooses_a_type_looks_at_it_and_the_director_signs_what_was_written() -> None:
    walk = funded(NATIONAL)
    officer = browser(CENTRE)
    assert f'href="{page_of(walk)}"' in officer.get(f"/de-an/{walk.year.project.code}/").content.decode()
    offered = [url for url, _, _ in officer.get(page_of(walk)).context["types"]]
    assert page_of(walk, "PARTNER") in offered
    url = page_of(walk, "PARTNER")
    written = typed(partner="Trường Cao đẳng nghề", change_type="PARTNER", expected_state="funded")
    looked_at = officer.post(url, written | {"preview": "1"})
    assert looked_at.status_code == 200
    assert [change.after for change in looked_at.context["asked"].changes.fields] == ["Trường Cao đẳng nghề"]
    answer = officer.post(url, written)
    slip = slip_of()
    assert (answer.headers["Location"], changes(walk)) == (f"/trinh-ky/{slip.pk}/", [])
    assert slip.shown == [
        ["Loại", "Thay đổi đơn vị phối hợp"],
        ["Lý do", "Trường cũ giải thể."],
        ["Đơn vị phối hợp", "Hiện nay: (để trống)\nĐề nghị: Trường Cao đẳng nghề"],
    ]
    assert "Trường Cao đẳng nghề" in browser(CENTRE_HEAD).get(f"/trinh-ky/{slip.pk}/").content.decode()
    issue(slip)
    assert changes(walk) == [("PARTNER", "")]
    with acting_as(position(CENTRE)):
        asked = ChangeRequest.objects.select_related("requested__paper", "requested__position").get()
        assert asked.after["file"]["partner"] == "Trường Cao đẳng nghề"
        assert asked.requested.paper is not None
        assert (asked.requested.position, asked.requested.paper.number) == (
            position(CENTRE_HEAD),
            "90/CV-TTKC",
        )
    assert officer.get(page_of(walk)).status_code == 200  # the next may be prepared


def test_the_estimate_goes_with_the_slip_and_comes_back_with_it() -> None:
    walk = funded(NATIONAL)
    kind = "INCREASE_SUPPORT"
    written = typed(change_type=kind, expected_state="funded") | estimate("350.000.000", "770.000.000")
    with acting_as(position(CENTRE)):
        (share,) = walk.now().shares.all()
    written |= {
        f"share-{share.establishment_id}-support": "350.000.000",
        f"share-{share.establishment_id}-counterpart": "420.000.000",
    }
    assert browser(CENTRE).post(page_of(walk, kind), written).status_code == 302
    slip = slip_of()
    assert ["Kinh phí hỗ trợ", "300.000.000 đồng → 350.000.000 đồng"] in slip.shown
    browser(CENTRE_HEAD).post(f"/trinh-ky/{slip.pk}/tra-lai/", {"comment": "Xem lại đơn giá"})
    again = browser(CENTRE).get(f"/trinh-ky/{slip.pk}/sua/").context["form"]
    assert (again.kind, again.rows.forms[0]["national"].value()) == (kind, "350.000.000")
    answer = browser(CENTRE).post(f"/trinh-ky/{slip.pk}/sua/", written)
    assert (answer.status_code, slip_of().state) == (302, SlipState.SIGNING)
    issue(slip)
    with acting_as(position(CENTRE)):
        assert ChangeRequest.objects.get().after["support"] == 350 * M


def test_one_more_line_is_no_presenting_and_loses_nothing() -> None:
    walk = funded(NATIONAL)
    url = page_of(walk, "SAME_TOTAL")
    written = typed(change_type="SAME_TOTAL") | estimate("300.000.000", "720.000.000")
    form = browser(CENTRE).post(url, written | {"add_row": "1"}).context["form"]
    assert (len(form.rows.forms), form["comment"].value()) == (2, "Trường cũ giải thể.")
    with acting_as(position(CENTRE)):
        assert not Slip.objects.exists()


def test_what_cannot_be_asked_is_said_when_it_is_presented() -> None:
    walk = funded(NATIONAL)
    written = typed(change_type="PARTNER", partner="", expected_state="funded")
    answer = browser(CENTRE).post(page_of(walk, "PARTNER"), written)
    assert answer.status_code == 400
    assert answer.context["form"].errors
    with acting_as(position(CENTRE)):
        assert not Slip.objects.exists()


def test_of_several_changes_one_is_on_its_way_and_a_sent_one_overtakes_it() -> None:
    walk = at_work(NATIONAL)
    written = typed(change_type="PARTNER", partner="Trường A", expected_state="in_progress")
    browser(CENTRE).post(page_of(walk, "PARTNER"), written)
    slip = slip_of()
    for url in (page_of(walk), page_of(walk, "PLACE")):
        assert browser(CENTRE).get(url).headers["Location"] == f"/trinh-ky/{slip.pk}/"
    walk.ask_change("PARTNER", "Trường cũ giải thể.", changes={"partner": "Trường B"})
    assert "đã được" in browser(CENTRE_HEAD).get(f"/trinh-ky/{slip.pk}/").context["fault"]
    issue(slip)
    assert (changes(walk), slip_of().state) == ([("PARTNER", "")], SlipState.SIGNING)


@pytest.mark.parametrize("kind", ["", "TERMINATE", "KHONG-CO", "YEARS"])
def test_a_type_that_is_none_leads_to_the_choice(kind: str) -> None:
    walk = funded(NATIONAL)
    for answer in (
        browser(CENTRE).get(page_of(walk, kind or "X")),
        browser(CENTRE).post(page_of(walk), typed(change_type=kind)),
    ):
        assert answer.templates[0].name == "projects/changes/choose.html"


def test_the_type_is_that_of_the_page_whatever_the_form_says() -> None:
    walk = funded(NATIONAL)
    officer = browser(CENTRE)
    without = typed(partner="Trường A", expected_state="funded")
    assert officer.post(page_of(walk, "PARTNER"), without).status_code == 302
    slip = slip_of()
    for kind in ("", "KHONG-CO", "TERMINATE", "STOP"):
        again = typed(change_type=kind, partner=f"Trường {kind}", expected_state="funded")
        assert officer.post(f"/trinh-ky/{slip.pk}/sua/", again).status_code == 302
        assert slip_of().inputs["change_type"] == ["PARTNER"]
    assert keep(CENTRE, f"{page_of(walk)}luu/", {"change_type": "PARTNER"}).status_code == 404


@pytest.mark.parametrize("rows", ["nhiều", "9" * 5000])
def test_one_more_line_to_who_knows_how_many_is_refused(rows: str) -> None:
    walk = funded(NATIONAL)
    written = typed(change_type="SAME_TOTAL", add_row="1") | estimate("300.000.000", "720.000.000")
    asked = written | {"estimate-TOTAL_FORMS": rows}
    for url in (
        page_of(walk, "SAME_TOTAL"),
        f"/de-an/{walk.year.project.code}/dieu-chinh/de-nghi/?loai=SAME_TOTAL",
    ):
        account = CENTRE if "trinh-ky" in url else CENTRE_HEAD
        assert browser(account).post(url, asked).status_code == 400


@pytest.mark.parametrize("account", ["dept.hai-phong", CENTRE_HEAD, "centre.thai-nguyen"])
def test_a_change_is_prepared_by_people_of_the_unit(account: str) -> None:
    walk = funded(NATIONAL)
    assert browser(account).get(page_of(walk, "PARTNER")).status_code in {403, 404}
