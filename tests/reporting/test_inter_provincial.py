"""Where files that belong to no single province count in the period report (figures.md)."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Province
from accounts.tenancy import acting_as
from budgets.models import Activity, EntryKind
from projects.models import ProjectYear
from projects.queries import with_places
from projects.services.files import create_project
from reporting.entries import entries_behind, place_named, sum_of
from reporting.parameters import parse
from reporting.quarterly import scope_of
from tests.api import Program
from tests.cast import position
from tests.factories import make_entry, make_event, send
from tests.reporting.ledgers import NATIONAL, M, agency, report, row, sum_of_rows

pytestmark = pytest.mark.django_db

PERIOD: dict[str, Any] = {"year": 2026, "period": "m12"}


def planned(account: str, amount: int, *slugs: str, kind: str = "PROJECT") -> ProjectYear:
    """A sent file in ``slugs`` with so many đồng approved."""
    by = position(account)
    with acting_as(by):
        project = create_project(
            by=by,
            programme=NATIONAL,
            year=2026,
            title="Liên tỉnh",
            activity=Activity.objects.get(code="T10"),
            kind=kind,
            provinces=[Province.objects.get(slug=slug, valid_to=None) for slug in slugs],
        )
        file = with_places(project.years.all()).get()
        if slugs:
            send(file)
    head = position("agency.head")
    with acting_as(head):
        make_entry(file, EntryKind.APPROVED, amount, by=head).save()
        make_event(file, "approve", by=head)
    return file


def of_kind(found: dict[str, object], kind: str) -> list[int]:
    rows = found["rows"]
    assert isinstance(rows, list)
    return [each["planned"] for each in rows if each.get("row") == kind]


def test_a_regional_centres_file_in_one_province_counts_in_that_province() -> None:
    planned("regional.1", 300 * M, "hai-phong")
    assert report("hai-phong", **PERIOD)["total"]["planned"] == 300 * M
    nation = report("nation", **PERIOD)
    assert row(nation, "hai-phong", NATIONAL)["planned"] == 300 * M
    assert (of_kind(nation, "inter_provincial"), of_kind(nation, "agency")) == ([], [])
    own = report("hai-phong", by=position("dept.hai-phong"), **PERIOD)
    assert own["total"]["planned"] == 300 * M


def test_a_file_of_several_provinces_counts_beside_them_where_all_of_them_lie() -> None:
    planned("regional.1", 300 * M, "hai-phong", "thai-nguyen")  # both of the north
    planned("regional.1", 50 * M, "hai-phong", "can-tho")
    nation = report("nation", **PERIOD)
    assert of_kind(nation, "inter_provincial") == [350 * M]
    assert (nation["total"]["planned"], sum_of_rows(nation, "planned")) == (350 * M, 350 * M)
    north = report("north", **PERIOD)
    assert (of_kind(north, "inter_provincial"), north["total"]["planned"]) == ([300 * M], 300 * M)
    assert report("south", **PERIOD)["total"]["planned"] == 0
    assert report("hai-phong", **PERIOD)["total"]["planned"] == 0


def test_the_agencys_own_task_counts_in_a_row_of_its_own() -> None:
    planned("agency.officer", 200 * M, kind="TASK")
    nation = report("nation", **PERIOD)
    assert (of_kind(nation, "agency"), of_kind(nation, "inter_provincial")) == ([200 * M], [])
    assert nation["total"]["planned"] == 200 * M
    assert report("north", **PERIOD)["total"]["planned"] == 0


def test_behind_the_row_of_a_region_stand_its_own_files_alone() -> None:
    planned("regional.1", 300 * M, "hai-phong", "thai-nguyen")
    planned("regional.1", 50 * M, "hai-phong", "can-tho")
    planned("agency.officer", 200 * M, kind="TASK")
    found = {}
    with acting_as(agency()):
        for scope, kind in (
            ("nation", "inter_provincial"),
            ("north", "inter_provincial"),
            ("nation", "agency"),
        ):
            parameters = parse(scope=scope, **PERIOD)
            at = place_named(scope_of(parameters), kind)
            rows = entries_behind(parameters, at, figure="planned", programme=NATIONAL)
            found[scope, kind] = sum_of(rows, "counted")
    assert found == {
        ("nation", "inter_provincial"): 350 * M,
        ("north", "inter_provincial"): 300 * M,
        ("nation", "agency"): 200 * M,
    }


def test_a_unit_of_no_province_opens_no_report() -> None:
    status, _ = Program("regional.1").get(
        "/api/v1/reports/quarterly/", scope="nation", year="2026", period="m12"
    )
    assert status == 404
