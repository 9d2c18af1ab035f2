"""Group projects and tenders in the browser: started, named, submitted, approved, read by all who may."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.tenancy import acting_as
from budgets.models import Activity
from khuyencong.demonstration.walk import Walk
from projects.models import BeneficiaryShare, Event, ImplementationPlan, Project, Stage, TenderResult
from projects.services.shares import drop_share, replace_share
from tests.cast import position
from tests.factories import make_establishment, make_event
from tests.projects.test_tenders import funded_of
from tests.projects.views.browsers import browser, queries
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    attach_missing,
    draft,
    group_funded,
    group_planned,
    name_beneficiaries,
)

pytestmark = pytest.mark.django_db

M = 1_000_000
CENTRE, DEPT, HEAD = "centre.hai-phong", "dept.hai-phong", "dept.head.hai-phong"


def url_of(walk: Walk, name: str, *more: str) -> str:
    return reverse(name, args=[walk.year.project.code, *more])


def text(account: str, url: str) -> str:
    return browser(account).get(url).content.decode()


def events(walk: Walk, action: str) -> int:
    with acting_as(position(CENTRE)):
        return Event.objects.filter(project_year=walk.year, action=action).count()


def new_file(**more: str) -> dict[str, str]:
    activity = Activity.objects.get(code=more.pop("activity", "T1"))
    return {
        "title": "Đào tạo nghề may theo nhóm",
        "programme": "NATIONAL",
        "year": "2027",
        "kind": "PROJECT",
        "nature": "GROUP",
        "activity": str(activity.pk),
    } | more


def test_a_group_project_is_started_as_one_and_shows_no_beneficiaries_yet() -> None:
    client = browser(CENTRE)
    started = client.post(reverse("new_file"), new_file())
    assert started.status_code == 302
    with acting_as(position(CENTRE)):
        project = Project.objects.latest("pk")
        assert project.nature == "GROUP"
    page = text(CENTRE, reverse("beneficiaries", args=[project.code]))
    assert "Đề án nhóm: cơ sở thụ hưởng được nêu trong kế hoạch triển khai (Mẫu 11)" in page
    assert "Chọn cơ sở từ danh bạ" not in page


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"activity": "T7"}, "không thuộc các dạng được lập đề án nhóm"),
        ({"kind": "TASK"}, "Chỉ đề án lập được theo nhóm"),
    ],
)
def test_what_is_no_group_project_is_said_at_the_field(more: dict[str, str], sentence: str) -> None:
    answer = browser(CENTRE).post(reverse("new_file"), new_file(**more))
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_without_a_word_on_it_a_new_file_is_an_ordinary_one() -> None:
    browser(CENTRE).post(reverse("new_file"), new_file(nature=""))
    with acting_as(position(CENTRE)):
        assert Project.objects.latest("pk").nature == "ORDINARY"


def test_the_unit_names_submits_and_the_head_of_the_department_approves() -> None:
    walk = group_funded(NATIONAL)
    named = make_establishment(by=position(CENTRE))
    client = browser(CENTRE)
    assert "Chọn cơ sở từ danh bạ" in text(CENTRE, url_of(walk, "beneficiaries"))
    client.post(url_of(walk, "beneficiary_add"), {"establishment": named.pk})
    with acting_as(position(CENTRE)):
        share = BeneficiaryShare.objects.get(project_year=walk.year)
        assert (share.establishment, share.support, share.state) == (named, 300 * M, "proposed")
    attach_missing(walk, Stage.PLAN)
    act = url_of(walk, "act", "submit_implementation_plan")
    assert named.name in text(CENTRE, act)
    fields = {
        "expected_state": "funded",
        "number": "45/TTr-TTKC",
        "dated": walk.day.strftime("%d/%m/%Y"),
        "starts_on": "01/03/2027",
        "ends_on": "30/11/2027",
        "content": "Hai lớp.",
        "organisation_of_work": "Trung tâm tổ chức.",
        "partner": "",
    }
    missing = client.post(act, fields | {"content": ""})
    assert (missing.status_code, "Trung tâm tổ chức." in missing.content.decode()) == (400, True)
    assert client.post(act, fields).status_code == 302
    assert client.post(url_of(walk, "beneficiary_add"), {"establishment": named.pk}).status_code == 403
    approve = url_of(walk, "act", "approve_implementation_plan")
    assert "Hai lớp." in text(HEAD, approve)
    assert browser(DEPT).get(approve).status_code == 403
    done = browser(HEAD).post(
        approve,
        {"expected_state": "funded", "number": "301/QĐ-SCT", "dated": walk.day.strftime("%d/%m/%Y")},
    )
    assert (done.status_code, events(walk, "approve_implementation_plan")) == (302, 1)
    assert "Đã phê duyệt" in text("agency.officer", url_of(walk, "beneficiaries"))


def test_who_may_open_the_file_prints_its_plan_and_nobody_else() -> None:
    walk, _ = group_planned(NATIONAL, 100 * M)
    with acting_as(position(CENTRE)):
        url = reverse("plan_pdf", args=[ImplementationPlan.objects.get(project_year=walk.year).pk])
    for account in (CENTRE, DEPT, "agency.officer", "ministry.leader", "auditor"):
        assert browser(account).get(url).status_code == 200, account
    assert browser("centre.thai-nguyen").get(url).status_code == 404
    assert browser("dept.thai-nguyen").get(url).status_code == 404
    assert browser("finance.hai-phong").get(url).status_code == 403
    assert browser(DEPT).post(url).status_code == 405


def test_each_beneficiary_has_a_row_with_its_state_minutes_and_what_became_of_it() -> None:
    walk, [first, second, third] = group_planned(LOCAL, 100 * M, 100 * M, 100 * M)
    walk.contract(300 * M)
    walk.start()
    other = make_establishment(by=position(CENTRE), name="Hợp tác xã May Mới")
    with acting_as(position(HEAD)):
        act = make_event(walk.now(), "decide_change", by=position(HEAD))
        kept = {
            share.establishment_id: share for share in BeneficiaryShare.objects.filter(project_year=walk.year)
        }
        replace_share(kept[second.pk], act=act, establishment=other, support=100 * M, counterpart=0)
        drop_share(kept[third.pk], act=act)
    walk.accept(only=[first.tax_code])
    page = " ".join(text(DEPT, url_of(walk, "beneficiaries")).split())
    assert "2 cơ sở thụ hưởng" in page
    assert "đã nghiệm thu 1 trên 2 cơ sở, 100.000.000 đồng" in page
    assert f"Thay {second.name}" in page
    assert f"nay là {other.name}" in page
    standing, _, gone = page.partition("Không còn thụ hưởng")
    assert (third.name in standing, third.name in gone) == (False, True)
    with acting_as(position(DEPT)):
        accepted = Event.objects.get(project_year=walk.year, action="accept")
    minutes = reverse("acceptance_pdf", args=[accepted.pk])
    assert minutes in standing
    assert browser(DEPT).get(minutes).status_code == 200


def test_the_page_asks_as_often_for_thirty_beneficiaries_as_for_one() -> None:
    one, _ = group_planned(LOCAL, 300 * M)
    many, _ = group_planned(LOCAL, *[10 * M] * 30)
    asked = [len(queries(DEPT, url_of(walk, "beneficiaries"))) for walk in (one, many)]
    assert asked[0] == asked[1]


def test_a_result_of_a_tender_is_recorded_by_the_department_of_the_place_alone() -> None:
    walk = funded_of(NATIONAL, "T20")
    url = url_of(walk, "act", "record_tender_result")
    fields = {
        "expected_state": "funded",
        "decision_number": "77/QĐ-UBND",
        "decided_on": walk.day.strftime("%d/%m/%Y"),
        "decided_by": "Ủy ban nhân dân thành phố Hải Phòng",
        "bidder": "Công ty cổ phần Truyền thông",
        "price": "290 triệu",
    }
    assert browser(CENTRE).post(url, fields).status_code == 403
    assert browser("dept.thai-nguyen").post(url, fields).status_code == 404
    assert browser(DEPT).post(url, fields).status_code == 302
    with acting_as(position(DEPT)):
        result = TenderResult.objects.get(project_year=walk.year)
        assert (result.bidder, result.price) == ("Công ty cổ phần Truyền thông", 290 * M)
    assert "Công ty cổ phần Truyền thông" in text("agency.head", url_of(walk, "file"))


def test_acts_of_groups_and_tenders_are_not_offered_on_other_files() -> None:
    walk = funded_of(NATIONAL, "T10")
    for account in (CENTRE, DEPT, HEAD):
        page = text(account, url_of(walk, "file"))
        assert ("Mẫu 11" in page, "kết quả lựa chọn nhà thầu" in page) == (False, False), account


def test_what_is_typed_for_a_plan_above_the_money_is_kept_and_said() -> None:
    walk = group_funded(LOCAL)
    name_beneficiaries(walk, 400 * M)
    page = text(CENTRE, url_of(walk, "beneficiaries"))
    assert "Tổng hỗ trợ vượt 100.000.000 đồng so với kinh phí được giao (300.000.000 đồng)." in page


def test_a_draft_of_a_group_that_names_somebody_can_take_him_out() -> None:
    walk = draft(NATIONAL, activity="T1", nature="GROUP", shares=1)
    assert "data-save-url" in text(CENTRE, url_of(walk, "beneficiaries"))
