"""Writing a file: who, what is open, and what happens when two write at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Position
from accounts.tenancy import acting_as
from budgets.models import Activity
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.conflicts import Conflict
from projects.estimates import line_amount
from projects.models import Project
from projects.services.files import (
    create_project,
    save_content,
    save_estimate,
    save_schedule,
    save_shares,
)
from tests.cast import position
from tests.factories import make_establishment
from tests.projects.walks import (
    COUNTERPART,
    LOCAL,
    NATIONAL,
    SUPPORT,
    direct_draft,
    draft,
    next_day,
    submitted,
)

pytestmark = pytest.mark.django_db

LINE = {
    "position": "1",
    "item": "Máy sấy lạnh",
    "unit": "máy",
    "quantity": Decimal(1),
    "unit_price": SUPPORT + COUNTERPART,
    "national": SUPPORT,
    "counterpart": COUNTERPART,
}
SECOND = LINE | {
    "position": "2",
    "item": "Máy đóng gói",
    "unit_price": 10,
    "national": 0,
    "counterpart": 0,
    "other": 10,
}


def version(walk: Walk) -> int:
    with acting_as(walk.who("centre")):
        return int(Project.objects.get(pk=walk.year.project_id).version)


def content(walk: Walk, *, of: int | None = None, account: str = "centre", **values: Any) -> int:
    by = walk.who(account)
    with acting_as(by):
        return save_content(walk.now(), by=by, version=version(walk) if of is None else of, values=values)


def estimate(walk: Walk, *lines: dict[str, Any], of: int | None = None) -> int:
    by = walk.who("centre")
    with acting_as(by):
        return save_estimate(walk.now(), by=by, version=version(walk) if of is None else of, lines=lines)


def share(walk: Walk, **changed: Any) -> dict[str, Any]:
    """The one beneficiary of the file, with these values changed."""
    with acting_as(walk.who("centre")):
        row = walk.now().shares.select_related("establishment").get()
    kept = {"establishment": row.establishment, "place": row.place}
    return kept | {"support": row.support, "counterpart": row.counterpart} | changed


def shares(walk: Walk, *rows: dict[str, Any], of: int | None = None) -> int:
    by = walk.who("centre")
    with acting_as(by):
        return save_shares(walk.now(), by=by, version=version(walk) if of is None else of, shares=rows)


def schedule(walk: Walk, *items: dict[str, Any], of: int | None = None) -> int:
    by = walk.who("centre")
    with acting_as(by):
        return save_schedule(walk.now(), by=by, version=version(walk) if of is None else of, items=items)


def said(act: Callable[[], object], kind: type[Refused] = Refused) -> str:
    with pytest.raises(kind) as refusal:
        act()
    assert refusal.type is kind
    return " ".join(refusal.value.reasons)


# -- a new file -------------------------------------------------------------------------------------------------


def create(by: Position, programme: str = NATIONAL) -> Project:
    with acting_as(by):
        activity = Activity.objects.get(code="T10")
        return create_project(by=by, programme=programme, year=2031, title="Đề án", activity=activity)


def test_codes_come_from_the_system_and_are_unique_over_all_provinces() -> None:
    found = [
        create(position(account), programme).code
        for account, programme in (
            ("centre.hai-phong", NATIONAL),
            ("centre.thai-nguyen", NATIONAL),
            ("centre.head.hai-phong", NATIONAL),
            ("centre.hai-phong", LOCAL),
            ("centre.thai-nguyen", LOCAL),
        )
    ]
    assert found == [
        "KCQG-2031-0001",
        "KCQG-2031-0002",
        "KCQG-2031-0003",
        "KCDP-HAI-PHONG-2031-0001",
        "KCDP-THAI-NGUYEN-2031-0001",
    ]


@pytest.mark.parametrize(
    "account", ["dept.hai-phong", "dept.head.hai-phong", "finance.hai-phong", "agency.head", "operator"]
)
def test_only_a_unit_that_carries_it_out_starts_a_file(account: str) -> None:
    by = position(account)
    activity = Activity.objects.get(code="T10")
    with pytest.raises(Forbidden):
        create_project(by=by, programme=NATIONAL, year=2031, title="Đề án", activity=activity)


# -- who writes, and until when ----------------------------------------------------------------------------------


def test_other_people_do_not_write_a_file() -> None:
    walk = draft()
    sentence = "Chỉ người của đơn vị thực hiện được sửa hồ sơ này."
    assert said(lambda: content(walk, account="dept", title="Khác"), Forbidden) == sentence


def test_a_file_that_was_sent_is_written_no_more() -> None:
    walk = draft()
    submitted(walk)
    words = "Hồ sơ đã ở trạng thái “Đã gửi Sở” nên không sửa được nữa."
    for act in (
        lambda: content(walk, title="Khác"),
        lambda: estimate(walk, LINE),
        lambda: shares(walk, share(walk)),
        lambda: schedule(walk),
    ):
        assert said(act, Stale).startswith(words)


def test_the_amount_of_a_line_is_computed_to_the_whole_dong() -> None:
    assert line_amount(Decimal("2.5"), 3) == 8
    assert line_amount(Decimal("0.333"), 1_000_000) == 333_000
    walk = draft()
    estimate(walk, LINE | {"quantity": Decimal("1.5"), "unit_price": 3, "amount": 99})
    with acting_as(walk.who("centre")):
        assert walk.now().estimate.get().amount == 5


@pytest.mark.parametrize(
    ("unit", "head", "slugs", "kind"),
    [
        ("agency.officer", "agency.head", (), "TASK"),
        ("regional.1", "regional.head.1", ("hai-phong", "thai-nguyen"), "PROJECT"),
    ],
)
def test_what_a_unit_saves_again_stands_in_place_of_what_it_saved_before(
    unit: str, head: str, slugs: tuple[str, ...], kind: str
) -> None:
    """Row security deletes nothing, silently, where a role may not: the lines of the agency's own tasks doubled."""
    walk = direct_draft(unit, head, *slugs, kind=kind, counterpart=COUNTERPART if slugs else 0)
    by = walk.who(unit)
    with acting_as(by):
        year = walk.now()
        named = [
            {"establishment": row.establishment, "place": row.place, "support": 1, "counterpart": 0}
            for row in year.shares.select_related("establishment")
        ]
        step = {"position": 1, "work": "Đào tạo", "responsible": "Cục"}

        def version() -> int:
            return int(Project.objects.get(pk=year.project_id).version)

        for _ in range(2):
            save_estimate(year, by=by, version=version(), lines=[LINE])
            save_schedule(year, by=by, version=version(), items=[step])
            save_shares(year, by=by, version=version(), shares=named)
        counts = [year.estimate.count(), year.schedule.count(), year.shares.count()]
    assert counts == [1, 1, len(slugs)]


def test_a_line_takes_one_state_source() -> None:
    walk = draft()
    assert said(lambda: estimate(walk, LINE | {"local": 1})) == (
        "Dự toán dòng 1: một dòng chỉ nhận một nguồn khuyến công, KCQG hoặc KCĐP (TTLT 26/2014, điều 7.4). Hãy tách "
        "thành hai dòng."
    )


def test_an_establishment_stands_once_among_the_beneficiaries() -> None:
    walk = draft()
    words = "Một cơ sở chỉ có một dòng trong danh sách thụ hưởng. Hãy gộp các dòng trùng."
    assert said(lambda: shares(walk, share(walk), share(walk))) == words


def test_a_file_ends_after_it_starts_and_has_no_other_fields() -> None:
    walk = draft()
    early = dt.date(2027, 2, 28)
    assert said(lambda: content(walk, ends_on=early)) == "Ngày kết thúc phải sau ngày bắt đầu."
    assert said(lambda: content(walk, colour="xanh")) == "Không có mục “colour” trong nội dung đề án."
    assert said(lambda: content(walk, state="approved")) == "Không có mục “state” trong nội dung đề án."


# -- two who write at once ----------------------------------------------------------------------------------------


def test_a_save_of_an_older_version_is_refused_with_both_values() -> None:
    walk = draft()
    seen = version(walk)
    content(walk, need="Bản của tôi.")
    with pytest.raises(Conflict) as conflict:
        content(walk, of=seen, need="Bản của cửa sổ kia.", scale="Nội dung mục scale.")
    assert conflict.value.version == seen + 1
    assert conflict.value.theirs == {"need": ("2. Sự cần thiết và căn cứ", "Bản của tôi.")}
    with acting_as(walk.who("centre")):
        assert walk.now().project.need == "Bản của tôi."


def test_a_save_of_an_older_version_with_equal_values_passes() -> None:
    walk = draft()
    seen = version(walk)
    content(walk, need="Cùng một bản.")
    assert content(walk, of=seen, need="Cùng một bản.") == seen + 2


def test_an_older_estimate_beneficiaries_or_schedule_is_refused_with_the_saved_rows() -> None:
    walk = draft()
    seen = version(walk)
    estimate(walk, LINE | {"item": "Máy sấy thăng hoa"})
    with pytest.raises(Conflict) as lines:
        estimate(walk, LINE, of=seen)
    (label, saved) = lines.value.theirs["estimate"]
    assert (label, [line["item"] for line in saved]) == ("Dự toán", ["Máy sấy thăng hoa"])
    with pytest.raises(Conflict) as beneficiaries:
        shares(walk, share(walk, support=1), of=seen)
    assert [row["support"] for row in beneficiaries.value.theirs["beneficiaries"][1]] == [SUPPORT]
    with pytest.raises(Conflict) as steps:
        schedule(walk, {"position": 1, "work": "Khác"}, of=seen)
    assert [row["work"] for row in steps.value.theirs["schedule"][1]] == ["Mua sắm, lắp đặt"]


def test_an_older_estimate_equal_to_the_saved_one_passes() -> None:
    walk = draft()
    seen = version(walk)
    changed = LINE | {"item": "Máy sấy thăng hoa"}
    estimate(walk, changed)
    assert estimate(walk, changed, of=seen) == seen + 2


# -- a returned file ----------------------------------------------------------------------------------------------


def returned(*pins: tuple[str, str, str]) -> Walk:
    """A file with two lines that came back with these pins (section, row, field)."""
    walk = draft()
    estimate(walk, LINE, SECOND)
    submitted(walk)
    walk.send_back("dept", *((*pin, "Sửa.") for pin in pins))
    next_day(walk)
    return walk


def test_only_the_pinned_field_is_open() -> None:
    walk = returned(("file", "", "need"))
    content(walk, need="Đã bổ sung.", scale="Nội dung mục scale.")  # the other one unchanged
    closed = "Hồ sơ đang trả lại: chỉ sửa được mục nêu trong lý do trả lại. Mục đang khóa: "
    assert said(lambda: content(walk, scale="Khác")) == closed + "4. Quy mô, đặc điểm nổi bật."
    assert said(lambda: content(walk, title="Khác")) == closed + "tên đề án."
    schedule(walk, {"position": 1, "work": "Mua sắm, lắp đặt"})
    assert said(lambda: schedule(walk, {"position": 1, "work": "Khác"})) == closed + "5. Nội dung."
    row = "Hồ sơ đang trả lại: dòng 1 không nằm trong các mục được mở để sửa."
    assert said(lambda: estimate(walk, LINE | {"item": "Khác"}, SECOND)) == row


def test_only_the_pinned_field_of_the_pinned_row_is_open() -> None:
    walk = returned(("estimate", "1", "unit_price"))
    estimate(walk, LINE | {"unit_price": 5}, SECOND)
    for lines in ((LINE | {"item": "Khác"}, SECOND), (LINE | {"unit_price": 5, "unit": "bộ"}, SECOND)):
        assert said(lambda lines=lines: estimate(walk, *lines)) == (  # type: ignore[misc]
            "Hồ sơ đang trả lại: dòng 1 không nằm trong các mục được mở để sửa."
        )
    assert said(lambda: estimate(walk, LINE | {"unit_price": 5}, SECOND | {"unit_price": 9})) == (
        "Hồ sơ đang trả lại: dòng 2 không nằm trong các mục được mở để sửa."
    )


def test_no_row_comes_or_goes_unless_its_section_is_open() -> None:
    third = SECOND | {"position": "3"}
    words = "Hồ sơ đang trả lại: không thêm, bớt, đổi chỗ dòng ở phần này vì lý do trả lại không nêu."
    walk = returned(("estimate", "1", ""))
    estimate(walk, LINE | {"item": "Khác", "unit_price": 5}, SECOND)
    for lines in (
        (LINE, SECOND, third),
        (LINE,),
        (LINE, SECOND, SECOND),
        (LINE, LINE, SECOND),
        (SECOND, LINE),
    ):
        assert said(lambda lines=lines: estimate(walk, *lines)) == words  # type: ignore[misc]
    walk = returned(("estimate", "", ""))
    estimate(walk, LINE, third)


def test_the_shares_that_follow_from_an_opened_line_follow() -> None:
    walk = returned(("estimate", "1", "national"))
    shares(walk, share(walk, support=SUPPORT - 1, counterpart=COUNTERPART + 1))
    words = "không nằm trong các mục được mở để sửa."
    assert said(lambda: shares(walk, share(walk, place="Nơi khác"))).endswith(words)
    other = make_establishment(by=walk.who("centre"))
    assert said(lambda: shares(walk, share(walk, establishment=other))) == (
        "Hồ sơ đang trả lại: không thêm, bớt, đổi chỗ dòng ở phần này vì lý do trả lại không nêu."
    )
    walk = returned(("file", "", "need"))
    assert said(lambda: shares(walk, share(walk, support=1))).endswith(words)
