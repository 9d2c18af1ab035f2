import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import queries
from accounts.models import Holiday, Organisation, Position, PositionKind, Province
from khuyencong.lib.dates import today
from tests.cast import position

pytestmark = pytest.mark.django_db

BEFORE, AFTER = dt.date(2025, 6, 30), dt.date(2025, 7, 1)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (dt.date(2017, 8, 17), "Cục Công nghiệp địa phương"),
        (dt.date(2017, 8, 18), "Cục Công Thương địa phương"),
        (dt.date(2025, 3, 1), "Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công"),
    ],
)
def test_an_organisation_has_the_name_of_the_day(day: dt.date, name: str) -> None:
    assert queries.organisation_name(queries.organisation_on("cuc-khuyen-cong"), day) == name


def test_an_organisation_that_ended_keeps_its_last_name() -> None:
    body = queries.organisation_on("so-cong-thuong-hoa-binh", BEFORE)
    assert queries.organisation_name(body, dt.date(2026, 1, 1)) == "Sở Công Thương tỉnh Hòa Bình"


def test_names_of_many_bodies_cost_one_query() -> None:
    bodies = list(Organisation.objects.filter(valid_to=None))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        names = queries.names_on(AFTER, bodies)
    assert len(captured) == 1
    assert sorted(names) == sorted(body.pk for body in bodies)


@pytest.mark.parametrize(
    ("spelling", "day", "slug"),
    [
        ("Hòa Bình", BEFORE, "hoa-binh"),
        ("hoa binh", AFTER, "phu-tho"),
        ("TP.HCM", BEFORE, "ho-chi-minh"),
        ("Tỉnh Bà Rịa – Vũng Tàu", BEFORE, "ba-ria-vung-tau"),
        ("BRVT", AFTER, "ho-chi-minh"),
        ("Thừa Thiên - Huế", AFTER, "hue"),
        ("Thành phố Hải Phòng", AFTER, "hai-phong"),
        ("hai-duong", AFTER, "hai-phong"),
        ("Quảng Nam", BEFORE, "quang-nam"),
    ],
)
def test_a_spelling_means_the_unit_of_the_records_day(spelling: str, day: dt.date, slug: str) -> None:
    found = queries.province_named(spelling, day)
    assert (found.slug, found.valid_from <= day) == (slug, True)


def test_an_unknown_spelling_is_no_province() -> None:
    with pytest.raises(Province.DoesNotExist):
        queries.province_named("Hà Đông", AFTER)


def test_one_slug_names_the_unit_of_then_and_the_unit_of_now() -> None:
    then, now = queries.province_on("hai-phong", BEFORE), queries.province_on("hai-phong", AFTER)
    assert queries.heirs()[then.pk] == now
    assert queries.heirs()[now.pk] == now
    assert {unit.slug for unit in now.predecessors.all()} == {"hai-duong", "hai-phong"}


def test_binh_thuan_was_south_and_its_successor_is_central() -> None:
    binh_thuan = queries.province_on("binh-thuan", BEFORE)
    assert queries.region_of(binh_thuan, BEFORE) == "south"
    assert queries.region_of(queries.heirs()[binh_thuan.pk], AFTER) == "central"


def test_provinces_stand_in_the_order_of_the_vietnamese_alphabet() -> None:
    names = [province.name for province in queries.provinces_on(AFTER)]
    assert names[:4] == ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng"]
    assert names.index("Đà Nẵng") > names.index("Cần Thơ")


def test_the_head_is_who_holds_the_heads_position_today() -> None:
    assert queries.head_of(queries.organisation_on("so-cong-thuong-hai-phong")) == position(
        "dept.head.hai-phong"
    )
    assert queries.head_of(queries.organisation_on("bo-cong-thuong")) == position("ministry.leader")
    assert queries.head_of(queries.organisation_on("so-cong-thuong-can-tho")) is None


def test_a_position_that_ended_is_held_by_nobody() -> None:
    centre = queries.organisation_on("trung-tam-khuyen-cong-hai-phong")
    Position.objects.filter(pk=position("centre.head.hai-phong").pk).update(valid_to=dt.date(2026, 1, 31))
    assert queries.holder(centre, PositionKind.DIRECTOR, dt.date(2026, 1, 31)) == position(
        "centre.head.hai-phong"
    )
    assert queries.holder(centre, PositionKind.DIRECTOR, dt.date(2026, 2, 1)) is None


def test_the_calendar_knows_days_off_and_days_worked_in_exchange() -> None:
    saturday = dt.date(2026, 8, 22)
    Holiday.objects.create(day=saturday, name="Làm bù", is_working=True)
    calendar = queries.working_calendar()
    assert dt.date(2026, 9, 2) in calendar.holidays
    assert calendar.swapped_workdays == frozenset({saturday})


def test_a_paper_is_signed_by_the_head_of_its_day() -> None:
    officer, head = position("dept.hai-phong"), position("dept.head.hai-phong")
    assert queries.signer_of(head, today()) == head
    assert queries.signer_of(officer, today()) == head
    Position.objects.filter(pk=head.pk).update(valid_to=today() - dt.timedelta(days=1))
    assert queries.signer_of(officer, today()) is None
    assert queries.signer_of(officer, today() - dt.timedelta(days=1)) == head
