"""The pages of a hand-over, its minutes, and what the leaver still sends from a window that stayed open."""

from __future__ import annotations

import io

import pypdf
import pytest
from django.test import Client

from accounts.models import User
from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from projects.desks import place_in_words
from projects.forms.labels import in_words
from projects.models import HandOver, LateText
from projects.services.drafts import find_draft, save_draft
from tests.cast import _loaded, position
from tests.projects.services.test_handovers import HEAD, KEY, LEAVER, SUCCESSOR, give, typed

pytestmark = pytest.mark.django_db


def window(account: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=account))
    return client


def desk(account: str = LEAVER) -> str:
    return f"/ban-giao/{position(account).pk}/"


def answer_of(client: Client, **more: object) -> dict[str, object]:
    form = client.get(desk()).context["form"]
    return {
        "successor": position(SUCCESSOR).pk,
        "last_day": f"{today():%d/%m/%Y}",
        "seen": form.initial["seen"],
        "chosen": form.initial["chosen"],
    } | more


def test_a_head_hands_a_desk_over_on_its_page_and_prints_the_minutes() -> None:
    typed(LEAVER, opinion="Đạt yêu cầu")
    client = window(HEAD)
    assert f'href="{desk()}"' in client.get("/ban-giao/").content.decode()
    page = client.post(desk(), answer_of(client), follow=True).content.decode()
    assert "Đã bàn giao công việc của Trần Quốc Bảo (Hải Phòng) cho Lê Thị Ngọc Ước (Hải Phòng)." in page
    with acting_as(position(SUCCESSOR)):
        row = HandOver.objects.get()
    answer = window(SUCCESSOR).get(f"/ban-giao/bien-ban/{row.pk}/bien-ban.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    flat = " ".join(text.split())
    for expected in (
        "Bàn giao công việc",
        "Trần Quốc Bảo",
        "Lê Thị Ngọc Ước",
        "Đỗ Minh Ẩn",
        "Đạt yêu cầu",
        "BÊN NHẬN",
    ):
        assert expected in flat
    assert "Xem phần việc nhận bàn giao" in window(SUCCESSOR).get("/").content.decode()


@pytest.mark.parametrize("account", [LEAVER, SUCCESSOR, "viewer.hai-phong"])
def test_who_is_no_head_hands_nothing_over(account: str) -> None:
    client = window(account)
    assert client.get(desk()).status_code == 403
    assert client.post(desk(), {"successor": position(SUCCESSOR).pk}).status_code == 403


@pytest.mark.parametrize(
    "account", ["dept.head.thai-nguyen", "centre.head.hai-phong", "agency.head", "committee.hai-phong"]
)
def test_a_desk_of_another_body_is_not_there(account: str) -> None:
    client = window(account)
    assert client.get(desk()).status_code == 404
    assert client.post(desk(), {"successor": position(SUCCESSOR).pk}).status_code == 404
    row = give()
    assert client.get(f"/ban-giao/bien-ban/{row.pk}/").status_code == 404
    assert client.get(f"/ban-giao/bien-ban/{row.pk}/bien-ban.pdf").status_code == 404


def test_minutes_are_the_head_s_and_the_successor_s() -> None:
    typed(LEAVER, opinion="Đạt")
    row = give()
    address = f"/ban-giao/bien-ban/{row.pk}/"
    assert [window(account).get(address).status_code for account in (HEAD, SUCCESSOR)] == [200, 200]
    assert window(HEAD).post(address).status_code == 405


def test_a_forged_choice_moves_nothing() -> None:
    typed(LEAVER, opinion="Đạt")
    typed("dept.thai-nguyen", opinion="Của tỉnh khác")
    client = window(HEAD)
    for more in (
        {"chosen": ["draft-999999"]},
        {"successor": position("dept.thai-nguyen").pk},
        {"successor": "x"},
        {"last_day": "32/13/2026"},
    ):
        assert client.post(desk(), answer_of(client, **more)).status_code == 400
    assert client.post(desk(), answer_of(client, seen="draft-1", chosen=[])).status_code == 409
    assert _loaded(LEAVER).handed_over_at is None


def test_what_the_leaver_still_types_is_refused_with_a_sentence_and_kept_for_the_successor() -> None:
    client = window(LEAVER)
    assert client.get("/").status_code == 200
    row = give()
    fields = {"csrfmiddlewaretoken": "x", "version": "1", "opinion": "Viết sau khi bàn giao", "capacity": " "}
    answer = client.post(
        "/de-an/KCQG-2027-0001/viec/appraise_department/luu/", fields, headers={"X-Requested-With": "keep"}
    )
    assert answer.status_code == 403
    assert "đã được giữ lại cho người nhận bàn giao, Lê Thị Ngọc Ước (Hải Phòng)" in answer.json()["detail"]
    assert client.post("/de-an/KCQG-2027-0001/", {"need": "Bấm nút"}).status_code == 403
    with acting_as(position(SUCCESSOR)):
        assert list(LateText.objects.values_list("fields", flat=True)) == [
            {"opinion": "Viết sau khi bàn giao"},
            {"need": "Bấm nút"},
        ]
    page = window(SUCCESSOR).get(f"/ban-giao/bien-ban/{row.pk}/").content.decode()
    assert "Viết sau khi bàn giao" in page


def test_nothing_is_kept_of_who_never_handed_over_or_only_looks() -> None:
    client = window(LEAVER)
    give()
    assert client.get("/de-an/").status_code == 403
    assert Client().post("/de-an/", {"need": "x"}).status_code == 302
    client.post("/de-an/", {"need": "x" * 200_001})
    with acting_as(position(SUCCESSOR)):
        assert not LateText.objects.exists()


def test_a_desk_page_asks_the_same_number_of_questions_at_one_and_at_thirty(
    django_assert_num_queries: object,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = window(HEAD)
    counts = []
    for many in (1, 30):
        with acting_as(position(LEAVER)):
            for number in range(many):
                key = f"{KEY}-{many}-{number}"
                save_draft(
                    key,
                    {"opinion": "x"},
                    by=position(LEAVER),
                    version=find_draft(key, by=position(LEAVER)).version,
                )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(desk())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_forms_and_inputs_are_named_as_the_pages_name_them() -> None:
    act = "act-KCDP-HAI-PHONG-2026-0002-accept-1-0"
    assert place_in_words(act) == "Nghiệm thu cơ sở, KCDP-HAI-PHONG-2026-0002"
    assert place_in_words("list-register-national-2027").endswith("năm 2027")
    assert place_in_words("finding-7") == "finding-7"
    typed = {"works": "Đủ", "support-12": "5", "không-rõ": "x"}
    said = dict(in_words(typed))
    assert ("works" in said, said["không-rõ"]) == (False, "x")
    assert said["Khối lượng, chất lượng công việc"] == "Đủ"
