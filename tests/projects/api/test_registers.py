"""Who exists, over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api import Program, faults
from tests.cast import position
from tests.factories import make_establishment

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"


def test_the_register_of_establishments_is_the_own_province_s() -> None:
    ours = make_establishment(by=position(CENTRE), name="Hợp tác xã Bánh đa", tax_code="0201234567")
    make_establishment(by=position("centre.thai-nguyen"))
    status, page = Program(CENTRE).get("/establishments/")
    assert (status, [row["id"] for row in page["results"]]) == (200, [ours.pk])
    assert (page["results"][0]["province"], page["results"][0]["legal_form"]) == ("hai-phong", "COOPERATIVE")
    assert Program("agency.officer").get("/establishments/")[1]["count"] == 0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"q": "banh da"}, 1),
        ({"tax_code": "0201234567"}, 1),
        ({"province": "hai-phong"}, 2),
        ({"q": "khong co"}, 0),
    ],
)
def test_establishments_are_found_without_marks_and_by_tax_code(filters: dict[str, str], found: int) -> None:
    make_establishment(by=position(CENTRE), name="Hợp tác xã Bánh đa", tax_code="0201234567")
    make_establishment(by=position(CENTRE))
    assert Program(CENTRE).get("/establishments/", **filters)[1]["count"] == found


def test_organisations_bear_the_name_of_the_day() -> None:
    program = Program(CENTRE)

    def agency(on: str) -> str:
        rows = program.get("/organisations/", kind="AGENCY", on=on)[1]["results"]
        return str(rows[0]["name"])

    assert agency("2016-01-01") == "Cục Công nghiệp địa phương"
    assert agency("2026-01-01") == "Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công"


def test_provinces_are_those_of_the_day() -> None:
    program = Program(CENTRE)

    def slugs(on: str) -> set[str]:
        first = program.get("/provinces/", on=on)[1]
        rows = first["results"]
        if first["next"]:
            rows += program.client.get(first["next"]).json()["results"]
        return {row["slug"] for row in rows}

    before, after = slugs("2025-06-30"), slugs("2025-07-01")
    assert (len(before), len(after)) == (63, 34)
    assert ("hoa-binh" in before, "hoa-binh" in after) == (True, False)
    row = next(
        row for row in program.get("/provinces/", on="2025-07-01")[1]["results"] if row["slug"] == "hai-phong"
    )
    assert (row["full_name"], row["type"], row["region"]) == ("Thành phố Hải Phòng", "CITY", "north")


def test_a_day_that_is_none_and_an_unknown_filter_are_refused() -> None:
    program = Program(CENTRE)
    assert faults(program.get("/provinces/", on="01/07/2025")[1]) == {"": "invalid"}
    assert faults(program.get("/organisations/", kind="ARMY")[1]) == {"kind": "invalid"}
    assert faults(program.get("/provinces/", am="2025-07-01")[1]) == {"am": "unknown"}


def test_a_page_of_organisations_takes_three_queries_however_long() -> None:
    program = Program(CENTRE)
    asked = []
    for kind in ("AGENCY", "DEPARTMENT"):
        with CaptureQueriesContext(connection) as queries:
            program.get("/organisations/", kind=kind)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_registers_are_only_read() -> None:
    program = Program(CENTRE)
    paths = ("/establishments/", "/organisations/", "/provinces/")
    assert [program.post(path, {})[0] for path in paths] == [405] * 3
