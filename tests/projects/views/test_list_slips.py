"""Lists on their way to a signature: prepared by an officer, signed by the head, numbered by the clerk, as pressed."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import pypdf
import pytest

from accounts.models import PositionKind
from accounts.tenancy import acting_as
from budgets.models import Activity
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import short_date, today
from projects.models import ListAct, ListLine, Slip, SlipState
from projects.slips import MOST_TOLD
from tests.cast import position
from tests.factories import make_rule
from tests.projects import walks
from tests.projects.books import state
from tests.projects.slips import CLERK, DEPUTY, DIVISION, HEAD, OFFICER, endorsed_by
from tests.projects.views.browsers import browser, keep, queries

pytestmark = pytest.mark.django_db

REGISTER = f"/danh-muc/lap/register/national/{walks.YEAR}/trinh-ky/"
PROPOSE = f"/danh-muc/lap/propose/national/{walks.YEAR}/trinh-ky/"
AGENCY_OFFICER, AGENCY_HEAD = "agency.officer", "agency.head"


def ready(count: int = 1) -> list[Walk]:
    """National files of Hải Phòng that wait to be registered."""
    found = [walks.draft() for _ in range(count)]
    walks.appraised(*found)
    return found


def to_propose(count: int = 1) -> list[Walk]:
    """National files that the agency has appraised."""
    found = [walks.draft() for _ in range(count)]
    walks.ready_to_propose(*found)
    return found


def fields(account: str, url: str, signer: str, *left_out: Walk, **more: Any) -> dict[str, Any]:
    """What the page sends when nothing was changed; ``left_out`` are not ticked."""
    form = browser(account).get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    sent = {
        name: "on" if value is True else str(value)
        for name, value in typed.items()
        if value not in (None, "")
    }
    for walk in left_out:
        sent.pop(f"take-{walk.year.pk}", None)
    sent |= {f"verdict-{year.pk}": form.row.verdicts[0].name for year in form.years if form.row.verdicts}
    said = {"comment": "Theo chỉ đạo của lãnh đạo", "note": "Kính trình", "aims": "Phát triển nghề."}
    return sent | said | {"signer": position(signer).pk} | more


def present(account: str, url: str, signer: str, *left_out: Walk, **more: Any) -> Slip:
    answer = browser(account).post(url, fields(account, url, signer, *left_out, **more))
    assert answer.status_code == 302, answer.context["form"].errors
    return of(account)


def of(account: str) -> Slip:
    with acting_as(position(account)):
        return Slip.objects.latest("pk")


def press(account: str, slip: Slip, button: str, **more: Any) -> Any:
    """Press a button on the page of the slip as it is now."""
    page = browser(account).get(f"/trinh-ky/{slip.pk}/")
    now = page.context["slip"]
    read = {"expected_state": now.state, "since": now.state_since.isoformat()}
    return browser(account).post(f"/trinh-ky/{slip.pk}/{button}/", read | more, follow=True)


def issue(account: str, slip: Slip, number: str) -> Any:
    return press(account, slip, "ban-hanh", number=number, dated=short_date(today()))


# -- the main path -------------------------------------------------------------------------------------


def test_from_the_officer_over_division_and_deputy_to_the_clerk_a_province_registers() -> None:
    endorsed_by(PositionKind.DIVISION_HEAD)
    make_rule(position(DEPUTY))
    taken, left = ready(2)
    page = browser(OFFICER).get("/danh-muc/").content.decode()
    assert f'href="{REGISTER}">Soạn, trình ký: Gửi đăng ký về Cục</a>' in page
    slip = present(OFFICER, REGISTER, DEPUTY, left)
    assert (slip.code, slip.programme, slip.state) == ("", "NATIONAL", SlipState.ENDORSING)
    assert browser(OFFICER).get(REGISTER).headers["Location"] == f"/trinh-ky/{slip.pk}/"
    for account, label in ((DIVISION, "Ký nháy"), (DEPUTY, "Ký văn bản")):
        assert f"{label}: Gửi đăng ký về Cục" in browser(account).get("/").content.decode()
        shown = browser(account).get(f"/trinh-ky/{slip.pk}/")
        assert [(line.code, line.amount) for line, _ in shown.context["lines"]] == [
            (taken.year.project.code, 300_000_000)
        ]
        press(account, slip, "ky-nhay" if account == DIVISION else "ky")
    assert state(taken) == "appraised_department"
    assert "Đã ban hành Báo cáo số 41/BC-SCT: Gửi đăng ký về Cục." in (
        issue(CLERK, slip, "41/BC-SCT").content.decode()
    )
    assert (state(taken), state(left)) == ("registered", "appraised_department")
    with acting_as(position(AGENCY_HEAD)):
        done = ListAct.objects.select_related("paper__signer").get(action="register")
        assert done.paper is not None
        assert (done.position, done.paper.signer, done.paper.recorded_by) == (
            position(DEPUTY),
            position(DEPUTY),
            position(CLERK),
        )
        assert done.paper.signed_as == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
        assert done.texts["aims"] == "Phát triển nghề."
    book = browser(CLERK).get("/van-ban-di/").content.decode()
    assert "41/BC-SCT" in book


def test_the_agency_proposes_and_the_ministry_decides_by_papers_that_their_people_prepared() -> None:
    walks.assign(10**9)
    files = to_propose(2)
    slip = present(AGENCY_OFFICER, PROPOSE, AGENCY_HEAD)
    assert "Còn sau danh mục này" in browser(AGENCY_HEAD).get(f"/trinh-ky/{slip.pk}/").content.decode()
    issue(AGENCY_HEAD, slip, "7/TTr-CTĐP")  # it has no clerk: signed, numbered and issued in one
    assert [state(walk) for walk in files] == ["proposed", "proposed"]


def test_a_line_that_is_not_taken_in_whole_says_so_in_words_with_its_reason() -> None:
    walks.assign(10**9)
    kept, put_off = to_propose(2)
    key = put_off.year.pk
    slip = present(
        AGENCY_OFFICER,
        PROPOSE,
        AGENCY_HEAD,
        **{f"verdict-{key}": "DEFER", f"reason-{key}": "Chờ giá thiết bị"},
    )
    lines = browser(AGENCY_HEAD).get(f"/trinh-ky/{slip.pk}/").context["lines"]
    assert [(line.said, line.amount, line.reason) for line, _ in lines] == [
        ("Đưa vào kế hoạch", 300_000_000, ""),
        ("Để đợt sau", None, "Chờ giá thiết bị"),
    ]
    issue(AGENCY_HEAD, slip, "7/TTr-CTĐP")
    assert (state(kept), state(put_off)) == ("proposed", "appraised_agency")


# -- edges ---------------------------------------------------------------------------------------------


def test_what_comes_back_is_written_again_with_what_was_ticked_and_typed() -> None:
    taken, left = ready(2)
    slip = present(OFFICER, REGISTER, HEAD, left, comment="Đợt một")
    press(HEAD, slip, "tra-lai", comment="Bổ sung hồ sơ thứ hai")
    assert "Bổ sung hồ sơ thứ hai" in browser(OFFICER).get(f"/trinh-ky/{slip.pk}/").content.decode()
    form = browser(OFFICER).get(f"/trinh-ky/{slip.pk}/sua/").context["form"]
    assert [bool(form[f"take-{walk.year.pk}"].value()) for walk in (taken, left)] == [True, False]
    assert form["comment"].value() == "Đợt một"
    url = f"/trinh-ky/{slip.pk}/sua/"
    typed = fields(OFFICER, url, HEAD, **{f"take-{left.year.pk}": "on"})
    since = of(OFFICER).state_since.isoformat()
    assert browser(OFFICER).post(url, typed | {"since": since}).status_code == 302
    again = of(OFFICER)
    assert (again.pk, again.presented, again.state) == (slip.pk, 2, SlipState.SIGNING)
    with acting_as(position(OFFICER)):
        assert [len(again.files.filter(presented=time)) for time in (1, 2)] == [1, 2]
    press(HEAD, again, "ky")
    issue(CLERK, again, "41/BC-SCT")
    assert [state(walk) for walk in (taken, left)] == ["registered", "registered"]


def test_a_file_that_went_elsewhere_stops_the_whole_list_until_it_is_presented_again() -> None:
    gone, stays = ready(2)
    slip = present(OFFICER, REGISTER, HEAD)
    gone.act("dept.head", "return", comment="Thẩm định lại")
    page = browser(HEAD).get(f"/trinh-ky/{slip.pk}/")
    assert f"hồ sơ {gone.year.project.code} đã chuyển sang “Đã gửi Sở”" in page.content.decode()
    assert [name for _, _, name in page.context["answers"]] == ["return"]
    assert press(HEAD, slip, "ky").status_code == 400
    assert "Xem lại phiếu trình: Gửi đăng ký về Cục" in browser(OFFICER).get("/").content.decode()
    url = f"/trinh-ky/{slip.pk}/sua/"
    assert [item.year.pk for item in browser(OFFICER).get(url).context["candidates"]] == [stays.year.pk]
    since = of(OFFICER).state_since.isoformat()
    browser(OFFICER).post(url, fields(OFFICER, url, HEAD) | {"since": since})
    press(HEAD, slip, "ky")
    issue(CLERK, slip, "41/BC-SCT")
    assert (state(gone), state(stays)) == ("submitted", "registered")


@pytest.mark.parametrize("signed", [False, True])
def test_money_that_became_another_after_it_was_read_is_not_issued(signed: bool) -> None:
    (walk,) = ready()
    slip = present(OFFICER, REGISTER, HEAD)
    if signed:
        press(HEAD, slip, "ky")
    walk.act("dept.head", "return", comment="Xem lại đơn giá").appraise(
        200_000_000
    )  # the same state and version
    told = f"Số tiền của hồ sơ {walk.year.project.code} khi soạn phiếu trình là 300.000.000 đồng, nay là 200.000.000"
    assert told in browser(HEAD).get(f"/trinh-ky/{slip.pk}/").context["fault"]
    pressed = issue(CLERK, slip, "41/BC-SCT") if signed else press(HEAD, slip, "ky")
    assert (pressed.status_code, state(walk)) == (400, "appraised_department")
    url = f"/trinh-ky/{slip.pk}/sua/"
    since = of(OFFICER).state_since.isoformat()
    assert browser(OFFICER).post(url, fields(OFFICER, url, HEAD) | {"since": since}).status_code == 302
    press(HEAD, slip, "ky")
    issue(CLERK, slip, "41/BC-SCT")
    with acting_as(position(OFFICER)):
        assert ListLine.objects.get(list_act__action="register").amount == 200_000_000


def test_a_file_that_was_appraised_anew_with_the_same_amount_is_read_again_before_it_is_signed() -> None:
    (walk,) = ready()
    slip = present(OFFICER, REGISTER, HEAD)
    walk.act("dept.head", "return", comment="Thẩm định lại")
    walks.next_day(walk)
    walk.appraise()
    page = browser(HEAD).get(f"/trinh-ky/{slip.pk}/")
    told = f"hồ sơ {walk.year.project.code} đã được trả lại rồi xử lý lại, việc sau cùng do"
    assert told in page.context["fault"]
    assert "Xem lại phiếu trình: Gửi đăng ký về Cục" in browser(OFFICER).get("/").content.decode()
    assert press(HEAD, slip, "ky").status_code == 400


def test_a_head_who_does_the_list_at_once_is_told_of_the_slip_and_overtakes_it() -> None:
    (walk,) = ready()
    slip = present(OFFICER, REGISTER, HEAD)
    at_once = browser(HEAD).get(REGISTER.removesuffix("trinh-ky/")).content.decode()
    assert f'<a href="/trinh-ky/{slip.pk}/">mở phiếu trình</a>' in at_once
    walks.decide("register", walk)
    answer = press(HEAD, slip, "ky")
    assert "đã chuyển sang “Đã gửi đăng ký về Cục”" in answer.content.decode()
    assert of(OFFICER).state == SlipState.SIGNING
    press(OFFICER, slip, "rut")
    assert of(OFFICER).state == SlipState.WITHDRAWN


def test_what_the_list_itself_would_refuse_stands_beside_its_line_and_nothing_is_presented() -> None:
    walks.assign(100_000_000)
    (walk,) = to_propose()
    silent = fields(AGENCY_OFFICER, PROPOSE, AGENCY_HEAD, comment="")
    answer = browser(AGENCY_OFFICER).post(PROPOSE, silent)
    assert answer.status_code == 400
    assert "vượt số dự kiến, được giao 100.000.000 đồng" in answer.content.decode()
    key = walk.year.pk
    without = fields(AGENCY_OFFICER, PROPOSE, AGENCY_HEAD, **{f"verdict-{key}": "REJECT"})
    refused = browser(AGENCY_OFFICER).post(PROPOSE, without)
    assert refused.context["form"].errors == {f"reason-{key}": ["Hãy ghi lý do của kết luận này."]}
    with acting_as(position(AGENCY_HEAD)):
        assert (Slip.objects.count(), ListAct.objects.filter(action="propose").count()) == (0, 0)


def test_pressed_twice_it_is_one_slip_and_a_colleague_is_told_whose_it_is() -> None:
    ready()
    typed = fields(OFFICER, REGISTER, HEAD)
    colleague = fields("dept2.hai-phong", REGISTER, HEAD)
    first, second = (browser(OFFICER).post(REGISTER, typed) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    answer = browser("dept2.hai-phong").post(REGISTER, colleague)
    assert answer.status_code == 409
    assert "đã có phiếu trình do" in answer.content.decode()
    with acting_as(position(OFFICER)):
        assert Slip.objects.count() == 1


def test_what_is_typed_is_kept_apart_from_what_the_head_types() -> None:
    ready()
    assert keep(OFFICER, f"{REGISTER}luu/", {"comment": "Đợt một", "version": 0}).status_code == 200
    assert browser(OFFICER).get(REGISTER).context["form"]["comment"].value() == "Đợt một"
    assert browser(HEAD).get(REGISTER.removesuffix("trinh-ky/")).context["form"]["comment"].value() is None


def test_a_deputy_for_another_field_does_not_sign_the_whole_list() -> None:
    other = Activity.objects.exclude(group__activities__code="T4").first()
    assert other is not None
    ready()
    make_rule(position(DEPUTY), activity_group=other.group)
    answer = browser(OFFICER).post(REGISTER, fields(OFFICER, REGISTER, DEPUTY))
    assert answer.status_code == 400
    assert position(DEPUTY).pk not in answer.context["about"].signers


@pytest.mark.parametrize(
    ("account", "url", "status"),
    [
        ("centre.hai-phong", REGISTER, 403),
        ("dept.thai-nguyen", REGISTER, 409),
        (CLERK, REGISTER, 403),
        ("viewer.hai-phong", REGISTER, 403),
        (AGENCY_OFFICER, REGISTER, 403),
        (OFFICER, REGISTER.replace("register", "return_plan"), 404),
        (OFFICER, REGISTER.replace("register", "submit"), 404),
        (OFFICER, REGISTER.replace("national", "local"), 404),
    ],
)
def test_a_list_is_prepared_by_people_of_its_body_alone(account: str, url: str, status: int) -> None:
    ready()
    for answer in (browser(account).get(url), browser(account).post(url)):
        assert answer.status_code == status
    assert keep(account, f"{url}luu/", {}).status_code in {403, 404}


def test_another_province_neither_sees_nor_answers_the_slip() -> None:
    ready()
    slip = present(OFFICER, REGISTER, HEAD)
    for account, status in (("dept.head.thai-nguyen", 404), (AGENCY_HEAD, 404), ("centre.hai-phong", 403)):
        assert browser(account).get(f"/trinh-ky/{slip.pk}/").status_code == status
        assert browser(account).post(f"/trinh-ky/{slip.pk}/ky/").status_code == status
    assert browser(OFFICER).get(f"{REGISTER}luu/").status_code == 405


def test_the_slip_and_the_draft_of_its_paper_can_be_printed() -> None:
    (walk,) = ready()
    slip = present(OFFICER, REGISTER, HEAD)
    for name, words in (
        ("phieu-trinh", "Danh mục khuyến công quốc gia năm"),
        ("du-thao", "Phát triển nghề."),
    ):
        answer = browser(HEAD).get(f"/trinh-ky/{slip.pk}/{name}.pdf")
        pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
        text = "".join("".join(page.extract_text() for page in pages).split())
        assert "".join(words.split()) in text and walk.year.project.code in text
    assert state(walk) == "appraised_department"
    with acting_as(position(HEAD)):
        assert not ListAct.objects.filter(action="register").exists()


def test_a_slip_of_thirty_files_asks_the_database_no_more_than_one_of_one() -> None:
    ready()
    one = present(OFFICER, REGISTER, HEAD)
    few = len(queries(HEAD, f"/trinh-ky/{one.pk}/"))
    index = len(queries(OFFICER, "/danh-muc/"))
    press(OFFICER, one, "rut")
    ready(9)
    ten = present(OFFICER, REGISTER, HEAD)
    assert len(queries(HEAD, f"/trinh-ky/{ten.pk}/")) == few
    assert len(queries(OFFICER, "/danh-muc/")) == index


def test_a_slip_whose_files_all_went_elsewhere_asks_no_more_of_many_than_of_some() -> None:
    def overtaken(count: int) -> int:
        files = ready(count)
        slip = present(OFFICER, REGISTER, HEAD)
        walks.decide("register", *files)
        asked = len(queries(HEAD, f"/trinh-ky/{slip.pk}/"))
        press(OFFICER, slip, "rut")
        return asked

    assert overtaken(MOST_TOLD) == overtaken(9)


@pytest.mark.parametrize("seen", ["9" * 5000, "-1", "mười"])
def test_a_line_that_says_nonsense_of_what_it_saw_is_no_fault_of_the_program(seen: str) -> None:
    (walk,) = ready()
    typed = fields(OFFICER, REGISTER, HEAD) | {f"seen-{walk.year.pk}": seen}
    assert browser(OFFICER).post(REGISTER, typed).status_code == 302
    body = urlencode(typed | {"take-" + "9" * 5000: "on"})
    form = "application/x-www-form-urlencoded"
    assert browser(OFFICER).post(REGISTER, body, content_type=form).status_code == 302
