import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.messages import get_messages

from accounts.tenancy import acting_as
from budgets.models import LedgerEntry
from khuyencong.demonstration.walk import CONTENTS, Walk
from khuyencong.lib.dates import today
from projects.models import (
    Appraisal,
    Event,
    FormDraft,
    Inspection,
    ProjectYear,
    RegistrationRound,
    ReturnReason,
)
from tests.cast import position
from tests.factories import make_event, make_file
from tests.projects import walks
from tests.projects.views.browsers import browser, keep, queries

pytestmark = pytest.mark.django_db

DEPT = "dept.hai-phong"
FORM = {
    **CONTENTS,
    "number": "7/PTĐ-SCT",
    "opinion": "RECOMMENDED",
    "recommended": "250.000.000",
    "comment": "",
}


def day(of: dt.date | None = None) -> str:
    return f"{of or today():%d/%m/%Y}"


def url_of(walk: Walk | ProjectYear, action: str, more: str = "") -> str:
    year = walk.year if isinstance(walk, Walk) else walk
    return f"/de-an/{year.project.code}/viec/{action}/{more}"


def submitted(programme: str = walks.NATIONAL) -> Walk:
    walk = walks.draft(programme)
    walks.submitted(walk)
    return walk


def state_of(walk: Walk) -> str:
    with acting_as(position(DEPT)):
        state: str = walk.now().state
    return state


def events_of(walk: Walk, action: str) -> int:
    with acting_as(position(DEPT)):
        return Event.objects.filter(project_year=walk.year, action=action).count()


def send(walk: Walk, action: str, account: str, fields: dict[str, Any]) -> Any:
    """The form of an act, posted as its page was when it was opened."""
    client = browser(account)
    page = client.get(url_of(walk, action)).context
    looked_at = {"expected_state": page["year"].state, "seen": page["seen"]}
    return client.post(url_of(walk, action), {"dated": day(), "comment": "", **looked_at, **fields})


def twice(walk: Walk, action: str, account: str, fields: dict[str, Any]) -> tuple[int, Any]:
    """The same button pressed twice: status of the first answer, and the second answer."""
    client = browser(account)
    page = client.get(url_of(walk, action)).context
    body = {
        "dated": day(),
        "comment": "",
        "expected_state": page["year"].state,
        "seen": page["seen"],
        **fields,
    }
    first = client.post(url_of(walk, action), body)
    return first.status_code, client.post(url_of(walk, action), body)


# -- who --------------------------------------------------------------------------------------------


def test_the_page_of_an_act_says_what_follows_and_on_which_ground() -> None:
    page = browser(DEPT).get(url_of(submitted(), "appraise_department")).content.decode()
    assert "Hồ sơ chuyển sang “Đã thẩm định cấp cơ sở”." in page
    assert "Lập phiếu thẩm định cấp cơ sở; ghi sổ mức Sở đề nghị." in page
    assert "Căn cứ: Thông tư 36/2013/TT-BCT điều 8.1a, 9, 10.2a" in page


@pytest.mark.parametrize(
    ("account", "status", "sentence"),
    [
        ("dept.thai-nguyen", 404, "Không tìm thấy"),
        ("agency.officer", 404, "Không tìm thấy"),
        ("dept.head.hai-phong", 403, "thuộc thẩm quyền của chuyên viên Sở Công Thương"),
        ("centre.hai-phong", 403, "thuộc thẩm quyền của chuyên viên Sở Công Thương"),
        ("finance.hai-phong", 403, "chỉ xem hồ sơ khuyến công địa phương"),
    ],
)
def test_an_act_is_there_for_its_holder_only(account: str, status: int, sentence: str) -> None:
    walk = submitted()
    for answer in (
        browser(account).get(url_of(walk, "appraise_department")),
        browser(account).post(url_of(walk, "appraise_department"), FORM),
        browser(account).post(url_of(walk, "appraise_department", "luu/"), FORM),
    ):
        assert answer.status_code == status
        assert sentence in answer.content.decode()
    assert state_of(walk) == "submitted"


def test_an_act_that_is_in_no_route_is_not_there() -> None:
    walk = submitted()
    assert browser(DEPT).get(url_of(walk, "abolish")).status_code == 404
    assert browser(DEPT).post(url_of(walk, "abolish", "luu/")).status_code == 404


def test_keeping_a_text_needs_a_post() -> None:
    assert browser(DEPT).get(url_of(submitted(), "appraise_department", "luu/")).status_code == 405


def test_an_act_on_lists_leads_to_its_list() -> None:
    walk = walks.draft()
    walks.appraised(walk)
    answer = browser("dept.head.hai-phong").get(url_of(walk, "register"))
    assert answer["Location"] == f"/danh-muc/lap/register/national/{walks.YEAR}/"


def test_who_comes_after_the_act_is_told_what_was_done_and_by_whom() -> None:
    walk = submitted()
    walk.appraise()
    answer = browser(DEPT).get(url_of(walk, "appraise_department"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Hồ sơ đang ở trạng thái “Đã thẩm định cấp cơ sở”" in page
    assert "Trần Quốc Bảo (Hải Phòng)" in page


def test_the_agency_starts_from_what_the_department_recommends() -> None:
    walk = submitted()
    walk.appraise(recommended=280_000_000)
    walks.decide("register", walk)
    form = browser("agency.officer").get(url_of(walk, "appraise_agency")).context["form"]
    assert form["recommended"].value() == 280_000_000
    assert form["recommended"].help_text == (
        "Đơn vị đề nghị 300.000.000 đồng; thẩm định cấp cơ sở đề nghị 280.000.000 đồng."
    )


def test_the_department_starts_from_what_the_unit_asks() -> None:
    form = browser(DEPT).get(url_of(submitted(), "appraise_department")).context["form"]
    assert form["recommended"].value() == 300_000_000
    assert form["recommended"].help_text == "Đơn vị đề nghị 300.000.000 đồng."


def test_the_last_number_offered_is_that_of_the_same_act() -> None:
    walk = walks.confirmed(walks.LOCAL)
    head = browser("dept.head.hai-phong")
    assert head.get(url_of(walk, "settle")).context["form"].fields["number"].help_text == "Ví dụ: 125/BB-…"
    other = walks.reported(walks.LOCAL)
    with acting_as(position(DEPT)):
        minutes = Event.objects.select_related("paper").get(project_year=walk.year, action="accept").paper
    assert minutes is not None
    offered = browser(DEPT).get(url_of(other, "accept")).context["form"].fields["number"].help_text
    assert offered == f"Gần nhất: {minutes.number} ngày {day(minutes.dated)}"


# -- doing it ---------------------------------------------------------------------------------------


def test_an_act_is_done_and_its_kept_text_forgotten() -> None:
    walk = submitted()
    keep(DEPT, url_of(walk, "appraise_department", "luu/"), {**FORM, "version": "0"})
    answer = send(walk, "appraise_department", DEPT, FORM)
    assert answer["Location"] == f"/de-an/{walk.year.project.code}/"
    message = next(iter(get_messages(answer.wsgi_request)))
    assert message.message == f"Đã thực hiện: Thẩm định cấp cơ sở – {walk.year.project.code}."
    assert message.extra_tags == f"kept:act-{walk.year.project.code}-appraise_department-1-0"
    with acting_as(position(DEPT)):
        appraisal = Appraisal.objects.get(project_year=walk.year)
        assert (appraisal.recommended, appraisal.paper.number) == (250_000_000, "7/PTĐ-SCT")
        assert appraisal.paper.signer == position("dept.head.hai-phong")
        assert FormDraft.objects.get().data == {}
    assert state_of(walk) == "appraised_department"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"capacity": ""}, "Mục này bắt buộc phải nhập."),
        ({"recommended": "300 triệu đồng chẵn"}, "Không hiểu số tiền"),
        ({"recommended": "300.000.001"}, "cao hơn mức đơn vị đề nghị 300.000.000 đồng"),
        ({"recommended": "0"}, "Kết luận đề nghị hỗ trợ thì mức đề nghị phải lớn hơn 0."),
        ({"dated": "01/01/2026"}, "trước ngày của bước liền trước"),
        ({"dated": day(today() + dt.timedelta(days=1))}, "ở tương lai"),
    ],
)
def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(
    change: dict[str, str], sentence: str
) -> None:
    walk = submitted()
    answer = send(walk, "appraise_department", DEPT, {**FORM, "need_and_cost": "Chữ đã gõ.", **change})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert sentence in page
    assert "Chữ đã gõ." in page
    assert state_of(walk) == "submitted"


def test_a_number_of_another_day_is_refused_beside_what_was_typed() -> None:
    walk, other = submitted(), submitted()
    send(other, "appraise_department", DEPT, FORM)
    answer = send(walk, "appraise_department", DEPT, {**FORM, "dated": day(today() - dt.timedelta(days=1))})
    assert answer.status_code == 400
    assert "Phiếu thẩm định số 7/PTĐ-SCT đã được ghi cho văn bản khác trong năm." in answer.content.decode()


def test_a_doubt_asks_for_a_reason_and_then_lets_go() -> None:
    walk = walks.draft()
    with acting_as(position("agency.officer")):
        RegistrationRound.objects.update(closes_on=today() - dt.timedelta(days=1))
    url, account = url_of(walk, "submit"), "centre.hai-phong"
    assert "Lý do vẫn thực hiện" in browser(account).get(url).content.decode()
    refused = send(walk, "submit", account, {"number": "1/TTKC"})
    assert refused.status_code == 400
    assert "Nếu vẫn thực hiện, hãy ghi rõ lý do." in refused.context["form"].errors["comment"]
    done = send(walk, "submit", account, {"number": "1/TTKC", "comment": "Cục đồng ý cho gửi bổ sung."})
    assert done.status_code == 302
    assert state_of(walk) == "submitted"


def test_an_act_that_only_says_why_needs_the_reason() -> None:
    walk = submitted()
    walk.appraise()
    head = "dept.head.hai-phong"
    refused = send(walk, "return", head, {})
    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == ["comment"]
    send(walk, "return", head, {"comment": "Thẩm định lại giá."})
    assert state_of(walk) == "submitted"


def test_after_a_return_the_earlier_appraisal_is_offered_again() -> None:
    walk = submitted()
    walk.appraise(200_000_000)
    send(walk, "return", "dept.head.hai-phong", {"comment": "Thẩm định lại giá."})
    form = browser(DEPT).get(url_of(walk, "appraise_department")).context["form"]
    assert form["capacity"].value() == CONTENTS["capacity"]
    assert form["recommended"].value() == 200_000_000


# -- once -------------------------------------------------------------------------------------------


def test_the_same_button_twice_moves_the_file_once_and_shows_what_was_typed() -> None:
    walk = submitted()
    first, second = twice(walk, "appraise_department", DEPT, {**FORM, "capacity": "Chữ đã gõ."})
    assert (first, second.status_code) == (302, 409)
    assert "Chữ đã gõ." in second.content.decode()
    assert events_of(walk, "appraise_department") == 1


def test_money_that_leaves_the_state_as_it_was_is_paid_once() -> None:
    walk = walks.confirmed(walks.LOCAL)
    walk.act("dept.accountant", "check_payment", cleared=0, paid=100_000_000)
    fields = {"number": "1/UNC", "cleared": "0", "paid": "100.000.000"}
    first, second = twice(walk, "pay", "dept.head.hai-phong", fields)
    assert (first, second.status_code) == (302, 409)
    assert "Việc “Thanh toán với Kho bạc” vừa được Đỗ Minh Ẩn (Hải Phòng)" in second.content.decode()
    with acting_as(position(DEPT)):
        paid = LedgerEntry.objects.filter(project_year=walk.year, kind="paid").values_list(
            "amount", flat=True
        )
        assert list(paid) == [100_000_000]


def test_another_payment_is_a_new_page() -> None:
    walk = walks.confirmed(walks.LOCAL)
    for number in ("1/UNC", "2/UNC"):
        walk.act("dept.accountant", "check_payment", cleared=0, paid=100_000_000)
        fields = {"number": number, "cleared": "0", "paid": "100.000.000"}
        assert send(walk, "pay", "dept.head.hai-phong", fields).status_code == 302
    assert events_of(walk, "pay") == 2


# -- kept text --------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_offered_again() -> None:
    walk = submitted()
    url = url_of(walk, "appraise_department", "luu/")
    answer = keep(DEPT, url, {"capacity": "Đang viết", "recommended": "1.5", "version": "0"})
    assert answer.status_code == 200
    assert json.loads(answer.content)["version"] == 1
    page = browser(DEPT).get(url_of(walk, "appraise_department"))
    assert page.context["version"] == 1
    assert page.context["form"]["capacity"].value() == "Đang viết"
    assert 'value="1.5"' in page.content.decode()


def test_kept_text_is_ones_own() -> None:
    walk = submitted()
    keep(DEPT, url_of(walk, "appraise_department", "luu/"), {"capacity": "Đang viết", "version": "0"})
    page = browser("dept2.hai-phong").get(url_of(walk, "appraise_department"))
    assert "Đang viết" not in page.content.decode()


def test_a_second_tab_is_shown_both_texts() -> None:
    walk = submitted()
    url = url_of(walk, "appraise_department", "luu/")
    keep(DEPT, url, {"capacity": "Bản một", "version": "0"})
    keep(DEPT, url, {"capacity": "Bản hai", "version": "1"})
    answer = keep(DEPT, url, {"capacity": "Bản ba", "version": "1"})
    assert answer.status_code == 409
    assert json.loads(answer.content) == {
        "version": 2,
        "theirs": {
            "capacity": {
                "label": "3. Năng lực của đơn vị thực hiện, phối hợp và thụ hưởng",
                "value": "Bản hai",
            }
        },
    }


def test_a_box_that_was_unticked_stays_unticked() -> None:
    walk = walks.at_work(walks.LOCAL)
    head = "dept.head.hai-phong"
    keep(head, url_of(walk, "inspect", "luu/"), {"summary": "Đúng tiến độ", "version": "0"})
    form = browser(head).get(url_of(walk, "inspect")).context["form"]
    assert form["planned"].value() == ""
    assert "checked" not in str(form["planned"])


def test_a_text_that_was_kept_for_an_act_that_is_done_does_not_come_back() -> None:
    walk = walks.confirmed(walks.NATIONAL, advance=140_000_000)
    head, url = "agency.head", url_of(walk, "pay", "luu/")
    stale = {"cleared": "140.000.000", "paid": "50 triệu", "seen": "0", "version": "0"}
    keep(head, url, stale)
    walk.pay(cleared=140_000_000, paid=50_000_000)
    keep(head, url, stale | {"version": "1"})  # the other window goes on saving
    form = browser(head).get(url_of(walk, "pay")).context["form"]
    assert (form["cleared"].value(), form["paid"].value()) == (0, 110_000_000)


# -- the acts with a page of their own --------------------------------------------------------------


def test_a_return_pins_its_reasons_to_what_stands_beside_them() -> None:
    walk = submitted()
    page = browser(DEPT).get(url_of(walk, "return"))
    fields = {
        target.label: bound for _, targets in page.context["form"].groups() for target, bound in targets
    }
    assert "1 máy × 720.000.000 đồng = 720.000.000 đồng; hỗ trợ 300.000.000 đồng" in page.content.decode()
    assert not any(label.startswith("D02") for label in fields)  # printed by the system: nothing to put right
    typed = {
        fields["3. Mục tiêu"].html_name: "Nêu số máy.",
        fields["Dòng 1. Máy sấy lạnh"].html_name: "Thêm báo giá.",
    }
    answer = send(walk, "return", DEPT, {"answer_by": day(today() + dt.timedelta(days=9)), **typed})
    assert answer.status_code == 302
    with acting_as(position(DEPT)):
        reasons = ReturnReason.objects.values_list("section", "row", "field", "comment")
        assert list(reasons) == [
            ("file", "", "objectives", "Nêu số máy."),
            ("estimate", "1", "", "Thêm báo giá."),
        ]
        assert walk.now().answer_by == today() + dt.timedelta(days=9)


def test_a_return_without_a_reason_is_no_return() -> None:
    walk = submitted()
    answer = send(walk, "return", DEPT, {"answer_by": day(today() + dt.timedelta(days=9))})
    assert answer.status_code == 400
    assert "Chưa ghi lý do nào." in answer.content.decode()
    assert state_of(walk) == "submitted"


def test_beneficiaries_are_accepted_one_by_one_with_their_outputs() -> None:
    walk = walks.at_work(walks.LOCAL, shares=2)
    account = "dept2.hai-phong"
    form = browser(account).get(url_of(walk, "accept")).context["form"]
    one, two = form.shares
    fields = {
        "number": "1/BBNT",
        "form": "5a",
        "works": "Đúng hợp đồng.",
        f"take-{one.pk}": "on",
        f"support-{one.pk}": "150.000.000",
        f"counterpart-{one.pk}": "210.000.000",
        f"support-{two.pk}": "",
        f"counterpart-{two.pk}": "",
        "output-machines_supported": "3",
    }
    assert send(walk, "accept", account, fields).status_code == 302
    assert state_of(walk) == "in_progress"
    with acting_as(position(account)):
        acceptance = walk.year.acceptances.get()
        assert (acceptance.share_id, acceptance.support, acceptance.counterpart) == (
            one.pk,
            150_000_000,
            210_000_000,
        )
        assert [(row.indicator.code, row.value) for row in acceptance.outputs.all()] == [
            ("machines_supported", 3)
        ]
    left = browser(account).get(url_of(walk, "accept")).context["form"].shares
    assert [share.pk for share in left] == [two.pk]


def test_nothing_chosen_is_nothing_accepted() -> None:
    walk = walks.at_work(walks.LOCAL)
    fields = {"number": "1/BBNT", "form": "5a", "works": "Đúng hợp đồng."}
    answer = send(walk, "accept", "dept2.hai-phong", fields)
    assert answer.status_code == 400
    assert "Chưa chọn cơ sở nào để nghiệm thu." in answer.content.decode()


# -- findings ---------------------------------------------------------------------------------------


def found() -> tuple[Walk, Inspection]:
    walk = walks.at_work(walks.LOCAL)
    fields = {"summary": "Máy chưa có che chắn.", "finding": "Lắp che chắn.", "fix_by": day(today())}
    assert send(walk, "inspect", "dept.head.hai-phong", fields).status_code == 302
    with acting_as(position(DEPT)):
        return walk, Inspection.objects.get(project_year=walk.year)


def test_a_finding_holds_the_acceptance_and_leads_to_where_it_is_closed() -> None:
    walk, inspection = found()
    grey = browser("dept2.hai-phong").get(url_of(walk, "accept")).content.decode()
    assert "Còn kiến nghị kiểm tra chưa khắc phục." in grey
    assert f'href="/kien-nghi/{inspection.pk}/"' in grey
    assert "<form method" not in grey.split("<main")[1]


def test_what_was_typed_for_an_act_that_turned_grey_stays_on_the_page() -> None:
    walk, _ = found()
    answer = browser("dept2.hai-phong").post(url_of(walk, "accept"), {"works": "Chữ đã gõ."})
    assert answer.status_code == 400
    assert "Chữ đã gõ." in answer.content.decode()


def test_an_inspection_without_a_deadline_for_its_finding_is_sent_back() -> None:
    walk = walks.at_work(walks.LOCAL)
    answer = send(walk, "inspect", "dept.head.hai-phong", {"summary": "Xong.", "finding": "Lắp che chắn."})
    assert answer.status_code == 400
    assert answer.context["form"].errors["fix_by"] == ["Có kiến nghị thì cần hạn khắc phục."]


def test_a_finding_that_was_put_right_lets_the_work_go_on() -> None:
    walk, inspection = found()
    url, head = f"/kien-nghi/{inspection.pk}/", "dept.head.hai-phong"
    answer = browser(head).post(url, {"outcome": "put_right", "waiver": "chữ thừa"})
    assert answer["Location"] == f"/de-an/{walk.year.project.code}/"
    with acting_as(position(head)):
        inspection.refresh_from_db()
    assert (inspection.resolved_on, inspection.waiver) == (today(), "")
    again = browser(head).post(url, {"outcome": "put_right"})
    assert again.status_code == 409
    assert "Kiến nghị này đã được ghi nhận trước đó." in again.content.decode()
    assert browser("dept2.hai-phong").get(url_of(walk, "accept")).context["unmet"] == ()


def test_going_on_without_putting_it_right_needs_the_reason() -> None:
    _, inspection = found()
    url, head = f"/kien-nghi/{inspection.pk}/", "dept.head.hai-phong"
    refused = browser(head).post(url, {"outcome": "waived"})
    assert refused.status_code == 400
    assert "Hãy ghi lý do cho tiếp tục khi kiến nghị chưa được khắc phục." in refused.content.decode()
    browser(head).post(url, {"outcome": "waived", "waiver": "Lắp trước ngày chạy máy."})
    with acting_as(position(head)):
        inspection.refresh_from_db()
    assert inspection.waiver == "Lắp trước ngày chạy máy."


def test_a_finding_is_read_in_its_province_and_closed_by_who_inspects() -> None:
    _, inspection = found()
    url = f"/kien-nghi/{inspection.pk}/"
    assert browser("dept.head.thai-nguyen").get(url).status_code == 404
    reader = browser("centre.hai-phong")
    assert "Lắp che chắn." in reader.get(url).content.decode()
    assert "Ghi nhận</button>" not in reader.get(url).content.decode()
    answer = reader.post(url, {"outcome": "put_right"})
    assert answer.status_code == 403
    assert "thuộc thẩm quyền của Giám đốc Sở Công Thương" in answer.content.decode()


# -- what stands beside -----------------------------------------------------------------------------


def test_who_pays_sees_the_dossier_only_while_it_stands() -> None:
    walk = walks.confirmed(walks.NATIONAL)

    def shown() -> list[str]:
        return [ground.title for ground in browser("agency.head").get(url_of(walk, "pay")).context["above"]]

    assert shown() == ["Hồ sơ thanh toán, quyết toán"]
    walk.act("dept", "return_settlement", comment="Thiếu hóa đơn.")
    assert shown() == []


def test_the_appraiser_sees_what_else_the_establishment_got() -> None:
    walk = submitted(walks.LOCAL)
    other = make_file(by=position("centre.hai-phong"), state="in_progress", support=90_000_000)
    with acting_as(position("centre.hai-phong")):
        ProjectYear.objects.filter(pk=other.pk).update(submission=1)
        share = walk.year.shares.get()
        other.shares.create(tenant=other.tenant, establishment=share.establishment, support=90_000_000)
    page = browser(DEPT).get(url_of(walk, "appraise_department")).content.decode()
    assert f"{other.project.code}: {other.project.title}, năm 2027, 90.000.000 đồng" in page


def test_who_confirms_reads_the_reports_first() -> None:
    walk = walks.at_work(walks.LOCAL)
    walk.progress(40, 120_000_000, "Đã lắp hai máy.", confirmed=False)
    page = browser(DEPT).get(url_of(walk, "confirm_progress")).content.decode()
    assert page.index("Đã lắp hai máy.") < page.index("Ghi chú")


def test_forms_are_filled_with_what_is_known() -> None:
    walk = walks.funded(walks.NATIONAL, 250_000_000)
    form = browser("agency.head").get(url_of(walk, "contract")).context["form"]
    known = {
        name: form[name].value() for name in ("amount", "ends_on", "signed_b", "accepting_body", "stages")
    }
    assert known == {
        "amount": 250_000_000,
        "ends_on": dt.date(2027, 11, 30),
        "signed_b": "Phạm Thị Đào (Hải Phòng), Giám đốc",
        "accepting_body": position(DEPT).organisation_id,
        "stages": "Mua sắm, lắp đặt",
    }


def test_the_report_of_a_month_stands_beside_what_the_month_before_said() -> None:
    walk = walks.at_work(walks.NATIONAL)
    walk.progress(30, 10**8, "Đã mua máy.")
    month = walk.day.replace(day=1)
    earlier = browser("centre.hai-phong").get(url_of(walk, "report_progress")).context["form"].earlier
    when = f"Tháng {month:%m/%Y}"
    assert {name: (each.when, each.text) for name, each in earlier.items()} == {
        "percent": (when, "30%"),
        "value_done": (when, "100.000.000 đồng"),
        "done": (when, "Đã mua máy."),
    }


def test_the_page_asks_the_database_as_much_for_a_long_way_as_for_a_short_one() -> None:
    file = make_file(by=position("centre.hai-phong"), state="in_progress", support=30, shares=[10, 20])
    url, centre = url_of(file, "report_progress"), "centre.hai-phong"
    few = queries(centre, url)
    with acting_as(position(centre)):
        for _ in range(30):
            make_event(file, "inspect", by=position("dept.head.hai-phong"))
    assert len(queries(centre, url)) == len(few)


def test_an_open_finding_stands_on_the_first_page_of_its_file() -> None:
    walk, inspection = found()
    url = f"/de-an/{walk.year.project.code}/"
    assert f'href="/kien-nghi/{inspection.pk}/"' in browser("centre.hai-phong").get(url).content.decode()
    with acting_as(position(DEPT)):
        Inspection.objects.update(resolved_on=today())
    assert "/kien-nghi/" not in browser("centre.hai-phong").get(url).content.decode()


# -- asked once more --------------------------------------------------------------------------------


def test_money_that_moves_is_asked_once_more_with_its_sums() -> None:
    walk = walks.funded(walks.NATIONAL)
    page = browser("agency.head").get(url_of(walk, "contract")).content.decode()
    assert "Ký hợp đồng số {number} ngày {dated}: kinh phí {amount} đồng." in page
    assert "không xóa được. Thực hiện?" in page


def test_an_act_without_money_is_not_asked_twice() -> None:
    assert (
        "data-confirm" not in browser(DEPT).get(url_of(submitted(), "appraise_department")).content.decode()
    )
