"""The wizard's pages: who gets in, the way from the first form to the act, what a bad hand gets."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Province
from accounts.tenancy import acting_as
from khuyencong.lib.dates import short_date, today
from projects.models import ProjectYear
from projects.states import State
from succession.models import Change, Status
from succession.services import carry_out
from tests.cast import position
from tests.factories import make_event, make_file, make_rule
from tests.projects.slips import APPRAISAL, HEAD, OFFICER, present
from tests.projects.test_matrix import direct_file
from tests.projects.walks import LOCAL, draft
from tests.succession.then import seat_of
from tests.succession.two import A, B, prepared, ready, unit

pytestmark = pytest.mark.django_db

POSTS = ("change_try", "change_approve", "change_reopen", "change_cancel", "change_carry_out")


def signed_in(account: str) -> Client:
    client = Client()
    person = position(account).person
    assert person is not None
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    "account", ["dept.head.hai-phong", "committee.thai-nguyen", "agency.head", "auditor"]
)
def test_nobody_but_the_operator_opens_or_presses_anything(account: str) -> None:
    client, change = signed_in(account), prepared()
    pages = [
        reverse("change_list"),
        reverse("change_new", args=["merge"]),
        reverse("change", args=[change.pk]),
        reverse("change_part", args=[change.pk, "people"]),
    ]
    assert [client.get(page).status_code for page in pages] == [403] * 4
    assert [client.post(reverse(name, args=[change.pk])).status_code for name in POSTS] == [403] * 5
    assert Change.objects.get().status == Status.DRAFT


def test_acts_are_sent_and_not_opened() -> None:
    client, change = signed_in("operator"), prepared()
    assert [client.get(reverse(name, args=[change.pk])).status_code for name in POSTS] == [405] * 5
    assert Client().get(reverse("change_list")).status_code == 302  # to the door
    assert client.get(reverse("change", args=[change.pk + 1])).status_code == 404
    assert client.get(reverse("change_new", args=["conquer"])).status_code == 404
    assert client.get(reverse("change_part", args=[change.pk, "names"])).status_code == 404


def start(client: Client, **more: object) -> dict[str, object]:
    return {
        "provinces": [unit(A).pk, unit(B).pk],
        "name": "Duyên Hải",
        "unit_type": "PROVINCE",
        "stands": "",
        "keeps": unit(A).pk,
        "day": short_date(today()),
        "paper_title": "Nghị quyết về việc sắp xếp",
        "paper_number": "1/2026/QH16",
        "paper_date": short_date(today() - dt.timedelta(days=5)),
        "paper_issuer": "Quốc hội",
    } | more


def test_from_the_first_form_to_the_act() -> None:
    client = signed_in("operator")
    file = make_file(by=position("centre.thai-nguyen"))
    assert client.get(reverse("change_new", args=["merge"])).status_code == 200
    answer = client.post(reverse("change_new", args=["merge"]), start(client))
    change = Change.objects.get()
    page = reverse("change", args=[change.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)
    shown = client.get(page).content.decode()
    assert "1 hồ sơ đang mở chuyển sang đơn vị kế thừa" in shown
    # What is missing is said before anything is tried.
    tried = client.post(reverse("change_try", args=[change.pk]))
    assert tried.status_code == 302
    units = reverse("change_part", args=[change.pk, "units"])
    assert client.get(units).status_code == 200
    fields = {
        "target-0-name": "Duyên Hải",
        "target-0-full_name": "Tỉnh Duyên Hải",
        "target-0-slug": "duyen-hai",
        "target-0-code": "98",
        "target-0-unit_type": "PROVINCE",
        "target-0-region": "north",
    }
    assert client.post(units, fields | {"version": 1, "target-0-code": "x"}).status_code == 400
    assert client.post(units, fields | {"version": "Infinity"}).status_code == 409
    assert client.post(units, fields | {"version": 1}).status_code == 302
    assert client.post(units, fields | {"version": 1}).status_code == 409  # another tab
    for part in ("bodies", "people"):
        assert client.get(reverse("change_part", args=[change.pk, part])).status_code == 200
    people = client.get(reverse("change_part", args=[change.pk, "people"])).content.decode()
    assert "Phạm Thị Đào (Thái Nguyên)" in people
    refused = client.post(reverse("change_approve", args=[change.pk]), {"version": 2})
    assert (refused.status_code, "chưa được chạy thử" in refused.content.decode()) == (400, True)
    assert client.post(reverse("change_try", args=[change.pk])).status_code == 302
    shown = client.get(page).content.decode()
    assert "Kết quả chạy thử" in shown
    assert client.post(reverse("change_approve", args=[change.pk]), {"version": 2}).status_code == 302
    assert client.post(reverse("change_part", args=[change.pk, "units"]), fields).status_code == 403
    assert client.post(reverse("change_carry_out", args=[change.pk])).status_code == 302
    assert client.post(reverse("change_carry_out", args=[change.pk])).status_code == 302  # pressed twice
    change.refresh_from_db()
    assert change.status == Status.DONE
    shown = client.get(page).content.decode()
    assert change.outcome_hash in shown
    assert Province.objects.get(slug="duyen-hai").predecessors.count() == 2
    # The page of the file tells its way; the people of the successor open it.
    assert file.project.code in str(change.outcome)
    officer = seat_of("centre.thai-nguyen").person
    assert officer is not None
    client.force_login(officer)
    told = client.get(f"/de-an/{file.project.code}/").content.decode()
    assert "sang Duyên Hải" in told
    assert "1/2026/QH16" in told
    assert "Đơn vị cũ" not in told
    assert ProjectYear.objects.count() == 0  # outside every position


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("provinces", [], "Hãy chọn đơn vị."),
        ("name", "", "Hãy ghi tên đơn vị"),
        ("paper_date", "01/01/2099", "tương lai"),
        ("day", "01/01/2020", "trước ngày văn bản"),
        ("keeps", "x", "không"),
        ("day", "<script>", "dd/mm/yyyy"),
    ],
)
def test_a_bad_first_form_is_told_why_and_loses_nothing(field: str, value: object, sentence: str) -> None:
    client = signed_in("operator")
    answer = client.post(reverse("change_new", args=["merge"]), start(client) | {field: value})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert sentence in text
    assert "1/2026/QH16" in text
    assert "<script>" not in text.split("</head>")[1].split("<script")[0]
    assert not Change.objects.exists()


@pytest.mark.parametrize("kind", ["split", "rename", "region"])
def test_the_other_kinds_begin_and_show_their_parts(kind: str) -> None:
    client = signed_in("operator")
    more: dict[str, object] = {"provinces": [unit(B).pk]}
    if kind == "split":
        make_file(by=position("centre.thai-nguyen"), shares=[1])
        more |= {"parts": "Thái Nguyên\nBắc Cạn mới", "stands": "yes"}
    answer = client.post(reverse("change_new", args=[kind]), start(client) | more)
    assert answer.status_code == 302
    change = Change.objects.get()
    page = client.get(reverse("change", args=[change.pk]))
    assert page.status_code == 200
    parts = {"split": ("units", "bodies", "people", "files"), "rename": ("names",), "region": ("regions",)}[
        kind
    ]
    for part in parts:
        assert client.get(reverse("change_part", args=[change.pk, part])).status_code == 200
    if kind == "split":
        sent = {"version": 1, "communes-1": "Xã Vĩnh Bảo; xã khác"}
        assert client.post(reverse("change_part", args=[change.pk, "files"]), sent).status_code == 302
        change.refresh_from_db()
        assert list(change.plan["files"].values()) == ["1"]
        assert list(change.plan["establishments"].values()) == ["1"]
    if kind == "region":
        sent = {"version": 1, f"region-{unit(B).pk}-region": "south"}
        assert client.post(reverse("change_part", args=[change.pk, "regions"]), sent).status_code == 302
        assert client.post(reverse("change_try", args=[change.pk])).status_code == 302


def test_pages_ask_as_much_of_the_database_for_one_row_as_for_thirty() -> None:
    client = signed_in("operator")
    change = prepared()
    client.get(reverse("change_list"))

    def asked(url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    pages = [
        reverse("change_list"),
        reverse("change", args=[change.pk]),
        *(reverse("change_part", args=[change.pk, part]) for part in ("bodies", "people")),
    ]
    few = [asked(url) for url in pages]
    for _ in range(29):
        prepared()
        make_file(by=position("centre.hai-phong"))
    assert [asked(url) for url in pages] == few


def test_what_beat_could_not_do_stands_on_the_page() -> None:
    change = ready()
    Change.objects.filter(pk=change.pk).update(failure="Đã có việc trên hồ sơ ghi ngày 28/11/2026.")
    shown = signed_in("operator").get(reverse("change", args=[change.pk])).content.decode()
    assert "Đã có việc trên hồ sơ ghi ngày 28/11/2026." in shown


def test_the_page_says_what_ends_and_what_stays_where_it_is() -> None:
    rule = make_rule(position("dept.deputy.hai-phong"))
    direct_file("regional.1", A, "hue")
    walk = draft(LOCAL)
    walk.submit()
    present(walk, OFFICER, "appraise_department", HEAD, **APPRAISAL)
    client = signed_in("operator")
    change = prepared()
    page = reverse("change", args=[change.pk])
    shown = " ".join(client.get(page).content.decode().split())
    assert f"KT. {rule.position}, số {rule.number}" in shown
    assert [n for label, n, _ in client.get(page).context["preview"].counts if "Phiếu trình" in label] == [1]
    assert "không thuộc tỉnh nào nên không thay đổi. 1 hồ sơ đang mở chung" in shown
    carry_out(ready(change), by=position("operator"))
    shown = " ".join(client.get(page).content.decode().split())
    assert "1 hồ sơ chung ở nguyên chỗ cũ, trong đó 0 hồ sơ do tổ chức kế thừa thực hiện tiếp" in shown
    assert f"KT. {rule.position}, số {rule.number}" in shown


def test_a_list_names_the_unit_that_carried_out_a_closed_file() -> None:
    by = position(f"centre.{B}")
    files = [make_file(by=by), make_file(by=by)]
    with acting_as(by):
        for state in (State.SUBMITTED, State.CLOSED):
            make_event(files[1], "close", by=by, to_state=state, effective_on=dt.date(2026, 1, 5))
        ProjectYear.objects.filter(pk=files[1].pk).update(state=State.CLOSED, submission=1)
        make_event(files[0], "submit", by=by, to_state=State.SUBMITTED, effective_on=dt.date(2026, 1, 5))
        ProjectYear.objects.filter(pk=files[0].pk).update(state=State.SUBMITTED, submission=1)
    direct = direct_file("regional.1", A, "hue")
    assert direct.project.implementer.slug == "trung-tam-vung-1"
    carry_out(ready(), by=position("operator"))
    person = seat_of(f"dept.{B}").person
    assert person is not None
    client = Client()
    client.force_login(person)
    text = " ".join(client.get("/de-an/").content.decode().split())
    for name in ("Trung tâm Khuyến công tỉnh Duyên Hải", "Trung tâm Khuyến công tỉnh Thái Nguyên"):
        assert f'<td data-label="Đơn vị thực hiện">{name}</td>' in text
