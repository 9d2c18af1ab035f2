import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest
from django.core.management import call_command

from accounts.models import (
    Holiday,
    Organisation,
    OrganisationKind,
    OrganisationName,
    Position,
    PositionKind,
    Province,
    ProvinceName,
    ProvinceRegion,
    Tenant,
    valid_on,
)
from accounts.queries import provinces_on, regions_on
from budgets.models import Activity, SupportNorm
from projects.models import Indicator, LocalProcedure, RequiredPaper

pytestmark = pytest.mark.django_db

BEFORE, AFTER = dt.date(2025, 6, 30), dt.date(2025, 7, 1)


def test_there_are_63_provinces_until_30_june_2025_and_34_from_the_next_day() -> None:
    assert (provinces_on(BEFORE).count(), provinces_on(AFTER).count()) == (63, 34)


def test_eleven_provinces_are_one_row_through_both_times() -> None:
    both = Province.objects.filter(valid_on(BEFORE)).filter(valid_on(AFTER))
    assert sorted(both.values_list("slug", flat=True)) == [
        "cao-bang",
        "dien-bien",
        "ha-noi",
        "ha-tinh",
        "hue",
        "lai-chau",
        "lang-son",
        "nghe-an",
        "quang-ninh",
        "son-la",
        "thanh-hoa",
    ]


def test_every_province_that_ended_has_a_successor_of_today_and_no_other_has_one() -> None:
    ended = Province.objects.exclude(valid_to=None).select_related("successor")
    assert len(ended) == 52
    assert {unit.successor.valid_to for unit in ended if unit.successor} == {None}
    assert all(unit.successor for unit in ended)
    assert Province.objects.filter(valid_to=None).exclude(successor=None).count() == 0


def test_every_new_province_took_over_two_or_three_units() -> None:
    new = Province.objects.filter(valid_from=AFTER)
    assert Counter(unit.predecessors.count() for unit in new) == {2: 17, 3: 6}


@pytest.mark.parametrize(
    ("day", "regions"),
    [
        (BEFORE, {"north": 28, "central": 15, "south": 20}),
        (AFTER, {"north": 18, "central": 8, "south": 8}),
    ],
)
def test_regions_have_the_numbers_of_provinces_that_the_circular_counts(
    day: dt.date, regions: dict[str, int]
) -> None:
    assert Counter(regions_on(day).values()) == regions


@pytest.mark.parametrize(
    "day",
    [dt.date(2012, 7, 5), dt.date(2017, 8, 18), dt.date(2024, 12, 31), BEFORE, AFTER, dt.date(2026, 4, 30)],
)
def test_on_any_day_every_slug_and_every_name_belongs_to_one(day: dt.date) -> None:
    slugs = list(Organisation.objects.filter(valid_on(day)).values_list("slug", flat=True))
    names = list(OrganisationName.objects.filter(valid_on(day)).values_list("name", flat=True))
    units = list(ProvinceName.objects.filter(valid_on(day)).values_list("full_name", flat=True))
    for found in (slugs, names, units):
        assert [text for text, times in Counter(found).items() if times > 1] == []
    assert len(names) == len(slugs)
    assert len(units) == provinces_on(day).count()


@pytest.mark.parametrize(
    ("slug", "day", "full_name", "unit_type"),
    [
        ("hue", dt.date(2024, 12, 31), "Tỉnh Thừa Thiên Huế", "PROVINCE"),
        ("hue", dt.date(2025, 1, 1), "Thành phố Huế", "CITY"),
        ("dong-nai", dt.date(2026, 4, 29), "Tỉnh Đồng Nai", "PROVINCE"),
        ("dong-nai", dt.date(2026, 4, 30), "Thành phố Đồng Nai", "CITY"),
    ],
)
def test_a_province_that_became_a_city_changes_its_name_on_the_day(
    slug: str, day: dt.date, full_name: str, unit_type: str
) -> None:
    name = ProvinceName.objects.filter(valid_on(day)).get(province__in=provinces_on(day).filter(slug=slug))
    assert (name.full_name, name.unit_type) == (full_name, unit_type)


def test_every_province_of_both_times_has_its_four_bodies_in_its_own_tenant() -> None:
    bodies = Organisation.objects.filter(province__isnull=False).select_related("province", "superior")
    assert len(bodies) == 4 * 86
    assert all(body.province and body.tenant_id == body.province.tenant_id for body in bodies)
    assert {(body.kind, body.superior.kind if body.superior else None) for body in bodies} == {
        (OrganisationKind.PEOPLES_COMMITTEE, None),
        (OrganisationKind.DEPARTMENT, OrganisationKind.PEOPLES_COMMITTEE),
        (OrganisationKind.FINANCE_DEPARTMENT, OrganisationKind.PEOPLES_COMMITTEE),
        (OrganisationKind.CENTRE, OrganisationKind.DEPARTMENT),
    }


def test_bodies_bear_the_name_symbol_and_place_of_their_province() -> None:
    name = OrganisationName.objects.get(
        organisation__slug="so-cong-thuong-ho-chi-minh", organisation__valid_to=None
    )
    assert (name.name, name.symbol, name.place) == (
        "Sở Công Thương thành phố Hồ Chí Minh",
        "SCT",
        "Thành phố Hồ Chí Minh",
    )


def test_the_agency_bore_three_names_without_a_gap() -> None:
    names = list(OrganisationName.objects.filter(organisation__slug="cuc-khuyen-cong").order_by("valid_from"))
    assert [name.name for name in names] == [
        "Cục Công nghiệp địa phương",
        "Cục Công Thương địa phương",
        "Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công",
    ]
    for earlier, later in pairwise(names):
        assert earlier.valid_to == later.valid_from - dt.timedelta(days=1)
    assert names[-1].valid_to is None


def test_every_body_of_today_has_one_position_for_scheduled_work() -> None:
    bodies = Organisation.objects.filter(valid_to=None)
    system = Position.objects.filter(kind=PositionKind.SYSTEM)
    assert sorted(system.values_list("organisation_id", flat=True)) == sorted(
        bodies.values_list("pk", flat=True)
    )


def test_there_is_one_tenant_for_each_province_row_and_one_for_the_nation() -> None:
    assert Counter(Tenant.objects.values_list("kind", flat=True)) == {
        "PROVINCE": 86,
        "NATIONAL": 1,
        "UNIT": 3,  # two regional centres, and the service organisation of the cast
    }


def test_no_norm_counts_as_confirmed_before_the_operator_says_so() -> None:
    assert SupportNorm.objects.filter(confirmed=True).count() == 0


def test_the_norm_for_machinery_is_the_one_of_its_time() -> None:
    machinery = SupportNorm.objects.filter(activity__code="T10", item="Ứng dụng máy móc, thiết bị tiên tiến")
    day_before, day_of = dt.date(2018, 5, 10), dt.date(2018, 5, 11)
    assert machinery.get(valid_on(day_before)).ceiling == 200_000_000
    assert machinery.get(valid_on(day_of)).ceiling == 300_000_000


def test_the_registers_have_the_rows_of_the_tables() -> None:
    assert list(Activity.objects.order_by("pk").values_list("code", flat=True)) == [
        f"T{number}" for number in range(1, 33)
    ]
    assert list(RequiredPaper.objects.values_list("code", flat=True)) == [
        f"D{number:02}" for number in range(1, 24)
    ]
    assert LocalProcedure.objects.filter(valid_on(AFTER)).count() == 34
    assert LocalProcedure.objects.filter(valid_on(BEFORE)).count() == 63
    assert Activity.objects.get(code="T24").first_advance_percent == 30
    assert Activity.objects.get(code="T13").first_advance_percent is None


def test_a_part_of_an_indicator_names_the_whole() -> None:
    assert Indicator.objects.get(code="workers_employed").of_which == Indicator.objects.get(
        code="workers_trained"
    )


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (dt.date(2026, 2, 17), "Tết Nguyên đán Bính Ngọ"),
        (dt.date(2026, 4, 27), "Nghỉ bù Giỗ Tổ Hùng Vương"),
        (dt.date(2027, 2, 6), "Tết Nguyên đán Đinh Mùi"),
        (dt.date(2027, 9, 2), "Quốc khánh"),
    ],
)
def test_holidays_stand_on_their_days(day: dt.date, name: str) -> None:
    assert Holiday.objects.get(day=day).name == name


def test_loading_again_changes_nothing_that_the_operator_corrected() -> None:
    became_city = ProvinceName.objects.get(full_name="Thành phố Đồng Nai")
    became_city.valid_from = dt.date(2026, 5, 1)
    became_city.save()
    SupportNorm.objects.filter(activity__code="T8").update(item="Theo thông tư mới")
    ProvinceRegion.objects.filter(province__slug="lam-dong", valid_to=None).update(region="south")
    Holiday.objects.filter(day=dt.date(2027, 2, 11)).delete()
    before = _everything()
    call_command("load_reference", verbosity=0)
    assert _everything() == before


def _everything() -> list[list[dict[str, object]]]:
    models = (Province, ProvinceName, ProvinceRegion, Organisation, OrganisationName, Position, Holiday)
    more = (Tenant, Activity, SupportNorm, RequiredPaper, Indicator, LocalProcedure)
    return [[dict(row) for row in model.objects.order_by("pk").values()] for model in (*models, *more)]
