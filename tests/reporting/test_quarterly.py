"""What each figure of the period report means, paragraph by paragraph of ../shared/design/figures.md."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Province
from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Refused
from reporting.as_json import report_json
from reporting.parameters import parse
from reporting.quarterly import quarterly
from reporting.services import declare_ledger
from tests.cast import position
from tests.projects import walks
from tests.reporting.ledgers import LOCAL, NATIONAL, M, agency, book, publish, report, row, sum_of_rows

pytestmark = pytest.mark.django_db

THIS, LAST = 2026, 2025


def declare(year: int, account: str = "dept.head.hai-phong") -> None:
    """The head's word that the ledger of the year is complete."""
    with acting_as(position(account)) as head:
        declare_ledger(year, by=head, although_empty=True)


def day(month: int, number: int = 10, year: int = THIS) -> dt.date:
    return dt.date(year, month, number)


# -- Two times -----------------------------------------------------------------------------------------


def test_an_entry_counts_from_the_day_of_its_paper_not_from_the_day_it_was_entered() -> None:
    book(year=THIS, executed=100 * M, on=day(2))
    assert report(year=THIS, period="q1")["total"]["executed"] == 100 * M
    assert report(year=THIS, period="q2")["total"]["executed"] == 0


def test_what_takes_effect_after_the_as_of_day_is_not_there_yet() -> None:
    book(year=THIS, planned=300 * M, adjusted=-50 * M, days={"planned": day(2), "adjusted": day(5)})
    assert report(year=THIS, period="q1", as_of="2026-05-09")["total"]["planned"] == 300 * M
    assert report(year=THIS, period="q1", as_of="2026-05-10")["total"]["planned"] == 250 * M
    assert report(year=THIS, period="q1", as_of="2026-02-09")["total"]["planned"] == 0


def test_what_a_budget_year_booked_before_january_counts_in_its_first_month() -> None:
    book(year=THIS, executed=100 * M, on=dt.date(LAST, 12, 20))
    found = report(year=THIS, period="month1")
    assert found["total"]["executed"] == 100 * M
    assert report(year=LAST, period="month12")["total"]["executed"] is None


def test_what_a_budget_year_booked_after_december_counts_in_its_last_month() -> None:
    declare(LAST)
    book(year=LAST, executed=100 * M, settled=90 * M, on=day(1, 20))
    assert report(year=LAST, period="q4")["total"]["settled"] == 90 * M
    assert report(year=LAST, period="month12")["total"]["executed"] == 100 * M
    assert report(year=LAST, period="month11")["total"]["executed"] == 0


def test_an_issued_version_leaves_out_what_was_entered_later() -> None:
    book(year=THIS, executed=100 * M)
    moment = timezone.now()
    book(year=THIS, executed=11 * M)
    asked = parse(scope="hai-phong", year=THIS, period="q1")
    with acting_as(agency()):
        assert quarterly(asked).total.values["executed"] == 111 * M
        assert quarterly(asked.frozen_at(moment)).total.values["executed"] == 100 * M


# -- Year and period -------------------------------------------------------------------------------------


def test_plan_and_allocation_are_of_the_year_whatever_the_period() -> None:
    book(
        year=THIS,
        planned=300 * M,
        allocated=200 * M,
        counterpart_planned=420 * M,
        days={"planned": day(2), "allocated": day(8), "counterpart_planned": day(2)},
    )
    for period in ("q1", "m4", "month11"):
        total = report(year=THIS, period=period)["total"]
        assert (total["planned"], total["allocated"]) == (300 * M, 200 * M)
        assert total["counterpart_planned"] == 420 * M


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("q1", 0),
        ("q2", 70 * M),
        ("q3", 30 * M),
        ("month5", 70 * M),
        ("m5", 70 * M),
        ("m8", 100 * M),
        ("m4", 0),
    ],
)
def test_what_was_done_is_of_the_period(period: str, expected: int) -> None:
    book(year=THIS, executed=70 * M, counterpart=70 * M, on=day(5))
    book(year=THIS, executed=30 * M, counterpart=30 * M, on=day(8))
    total = report(year=THIS, period=period)["total"]
    assert total["executed"] == expected
    assert total["counterpart"] == expected


def test_a_quarter_also_says_what_was_done_since_january() -> None:
    book(year=THIS, planned=200 * M, allocated=100 * M, contracted=100 * M, executed=70 * M, on=day(2))
    book(year=THIS, executed=30 * M, on=day(5))
    total = report(year=THIS, period="q2")["total"]
    assert (total["executed"], total["executed_cumulative"]) == (30 * M, 100 * M)
    assert total["executed_of_planned"] == "13.04"
    assert total["executed_cumulative_of_planned"] == "43.48"


def test_executed_is_what_was_accepted_and_disbursed_is_cash_out_less_cash_back() -> None:
    book(year=THIS, planned=100 * M, allocated=100 * M, contracted=100 * M, advanced=60 * M, executed=80 * M,
         paid=20 * M, refunded=5 * M)  # fmt: skip
    total = report(year=THIS, period="q1")["total"]
    assert (total["executed"], total["disbursed"]) == (80 * M, 75 * M)
    assert total["disbursed_of_allocated"] == "75.00"


# -- Rates -----------------------------------------------------------------------------------------------


def test_rates_have_two_decimals_rounded_half_up() -> None:
    book(year=THIS, planned=8_000, allocated=1_001)  # 12.5125
    book(year=THIS, programme=NATIONAL, planned=800, allocated=1)  # 0.125
    found = report(year=THIS, period="q1")["by_programme"]
    assert found["LOCAL"]["allocated_of_planned"] == "12.51"
    assert found["NATIONAL"]["allocated_of_planned"] == "0.13"


def test_a_rate_without_a_base_is_null_and_never_0() -> None:
    book(year=THIS, planned=100 * M)
    total = report(year=THIS, period="q1")["total"]
    assert total["disbursed_of_allocated"] is None
    assert total["counterpart_per_support"] is None
    assert total["executed_year_on_year"] is None
    assert total["executed_of_planned"] == "0.00"


def test_shares_are_of_the_plan_and_counterpart_is_per_dong_of_support() -> None:
    book(year=THIS, programme=NATIONAL, executed=300 * M, counterpart=900 * M)
    book(year=THIS, programme=LOCAL, executed=100 * M, counterpart=1_012 * M)
    total = report(year=THIS, period="q1")["total"]
    assert (total["share_national"], total["share_local"]) == ("75.00", "25.00")
    assert total["counterpart_per_support"] == "4.78"


def test_year_on_year_is_against_the_same_period_of_last_year() -> None:
    declare(LAST)
    book(year=LAST, executed=80 * M, on=day(5, year=LAST))
    book(year=LAST, executed=500 * M, on=day(9, year=LAST))
    book(year=THIS, executed=100 * M, on=day(5))
    total = report(year=THIS, period="q2")["total"]
    assert total["executed_year_on_year"] == "25.00"
    assert total["planned_year_on_year"] == "-82.76"


def test_the_plan_is_compared_with_what_the_whole_last_year_executed() -> None:
    declare(LAST)
    book(year=LAST, executed=100 * M, on=day(11, year=LAST))
    book(year=THIS, planned=329 * M)
    assert report(year=THIS, period="q1")["total"]["planned_vs_previous_executed"] == "229.00"


# -- Money counts in the programme of its source -----------------------------------------------------------


def test_state_money_counts_in_the_programme_of_its_source_other_money_in_that_of_the_file() -> None:
    from budgets.models import Source
    from tests.factories import make_entry

    file = book(year=THIS, programme=NATIONAL, planned=300 * M, counterpart_planned=50 * M)
    head = position("dept.head.hai-phong")
    with acting_as(head):
        make_entry(file, "approved", 40 * M, by=head, source=Source.LOCAL).save()
    found = report(year=THIS, period="q1")["by_programme"]
    assert (found["NATIONAL"]["planned"], found["LOCAL"]["planned"]) == (300 * M, 40 * M)
    assert found["NATIONAL"]["counterpart_planned"] == 50 * M


# -- Ledger and published ----------------------------------------------------------------------------------


def test_a_published_figure_stands_until_the_ledger_is_declared_complete() -> None:
    publish("hp", scope="hai-phong", programme="LOCAL", value=900 * M)
    province = Province.objects.get(slug="hai-phong", valid_to__isnull=False)
    book(year=2021, planned=700 * M, province=province)
    found = report(year=2021, period="m12")
    assert found["by_programme"]["LOCAL"]["planned"] == 900 * M
    assert {"figure": "planned", "programme": "LOCAL", "from": "published", "id": "hp"} in found["sources"]
    declare(2021)
    found = report(year=2021, period="m12")
    assert found["by_programme"]["LOCAL"]["planned"] == 700 * M
    assert {"figure": "planned", "programme": "LOCAL", "from": "ledger", "id": None} in found["sources"]
    assert found["by_programme"]["NATIONAL"]["planned"] == 0


def test_the_nations_ledger_is_complete_only_by_the_agencys_word() -> None:
    publish("nat", value=900 * M)
    book(year=2021, programme=NATIONAL, planned=700 * M, province=Province.objects.get(slug="ha-giang"))
    declare(2021)
    assert report("nation", year=2021, period="m12")["by_programme"]["NATIONAL"]["planned"] == 900 * M
    declare(2021, "agency.head")
    assert report("nation", year=2021, period="m12")["by_programme"]["NATIONAL"]["planned"] == 700 * M


def test_what_is_unknown_elsewhere_is_not_nothing() -> None:
    publish("nat", value=150_000 * M)
    declare(2021)
    found = report("nation", year=2021, period="m12")
    national = found["by_programme"]["NATIONAL"]
    assert (national["planned"], national["executed"], national["executed_of_planned"]) == (
        150_000 * M,
        None,
        None,
    )
    assert found["total"]["executed"] is None
    assert report("north", year=2021, period="m12")["total"]["planned"] is None


def test_what_one_province_booked_is_a_part_of_the_nations_year() -> None:
    publish("nat", value=150_000 * M)
    book(year=2021, programme=NATIONAL, executed=600 * M, province=Province.objects.get(slug="ha-giang"))
    found = report("nation", year=2021, period="m12")
    national = found["by_programme"]["NATIONAL"]
    assert (national["executed"], national["executed_of_planned"]) == (600 * M, None)
    assert {"figure": "executed", "programme": "NATIONAL"} in found["partial"]


def test_what_is_partial_since_january_says_so_where_the_period_has_nothing() -> None:
    book(year=2021, executed=600 * M, province=Province.objects.get(slug="hai-duong"))
    found = report("nation", year=2021, period="q3")
    assert found["by_programme"]["LOCAL"]["executed_cumulative"] == 600 * M
    assert {"figure": "executed_cumulative", "programme": "LOCAL"} in found["partial"]


def test_a_group_of_an_incomplete_ledger_has_no_zero_for_what_nobody_booked() -> None:
    book(year=2021, executed=600 * M, province=Province.objects.get(slug="hai-duong"))
    line = report("nation", year=2021, period="m12")["by_activity_group"][0]
    assert line["LOCAL"]["executed"] == 600 * M
    assert line["NATIONAL"]["executed"] is None


def test_the_advance_that_is_outstanding_is_a_balance_of_the_year() -> None:
    book(year=THIS, advanced=70 * M, refunded=5 * M)
    found = report(year=THIS, period="q3")
    assert (found["total"]["advanced"], found["total"]["advance_outstanding"]) == (0, 65 * M)


def test_beside_a_partial_sum_nobody_knows_what_is_not_broken_down() -> None:
    publish("nat", value=150_000 * M)
    publish("hb", scope="hoa-binh", programme="NATIONAL", indicator="allocated", value=1_100 * M)
    rest = row(report("nation", year=2021, period="m12"), None, "NATIONAL")
    assert (rest["planned"], rest["allocated"]) == (150_000 * M, None)


def test_outputs_are_told_since_january_too() -> None:
    found = report(year=THIS, period="q2")
    assert set(found["total"]["outputs_cumulative"]) == set(found["total"]["outputs"])


def test_a_report_of_a_past_day_does_not_know_a_later_declaration() -> None:
    publish("hp", scope="hai-phong", programme="LOCAL", value=900 * M)
    moment = timezone.now()
    declare(2021)
    yesterday = (today() - dt.timedelta(days=1)).isoformat()
    now, then = (report(year=2021, period="m12", as_of=as_of) for as_of in (None, yesterday))
    assert now["by_programme"]["LOCAL"]["planned"] == 0
    assert then["by_programme"]["LOCAL"]["planned"] == 900 * M
    with acting_as(agency()):
        frozen = quarterly(parse(scope="hai-phong", year="2021", period="m12").frozen_at(moment))
    assert frozen.by_programme["LOCAL"].values["planned"] == 900 * M


def test_from_the_first_year_of_use_on_the_ledger_is_complete() -> None:
    publish("hp", scope="hai-phong", programme="LOCAL", value=900 * M, year=THIS, published_on=day(1))
    book(year=THIS, planned=700 * M)
    assert report(year=THIS, period="m12")["by_programme"]["LOCAL"]["planned"] == 700 * M


def test_a_published_plan_serves_every_period_of_its_year_and_other_figures_only_their_own() -> None:
    publish("plan", value=150_000 * M)
    publish("done", indicator="executed", value=90_000 * M, period="m7")
    for period, executed in (("q1", None), ("m7", 90_000 * M), ("m12", None)):
        found = report("nation", year=2021, period=period)["by_programme"]["NATIONAL"]
        assert (found["planned"], found["executed"]) == (150_000 * M, executed)


def test_a_published_quarter_is_the_first_three_months() -> None:
    publish("done", indicator="executed", value=9 * M, period="q1")
    assert report("nation", year=2021, period="m3")["by_programme"]["NATIONAL"]["executed"] == 9 * M


def test_of_several_published_plans_the_last_one_by_the_as_of_day_stands() -> None:
    publish("first", value=150_000 * M, published_on=dt.date(2021, 3, 1))
    publish("second", value=140_000 * M, published_on=dt.date(2021, 9, 1), period="m7")
    asked: dict[str, Any] = {"year": 2021, "period": "m12"}
    assert report("nation", **asked)["by_programme"]["NATIONAL"]["planned"] == 140_000 * M
    early = report("nation", as_of="2021-08-31", **asked)
    assert early["by_programme"]["NATIONAL"]["planned"] == 150_000 * M
    assert report("nation", as_of="2021-02-28", **asked)["by_programme"]["NATIONAL"]["planned"] is None


def test_rows_and_residual_sum_to_the_published_total() -> None:
    publish("nat", value=150_000 * M)
    publish("hp", scope="hai-phong", value=600 * M)
    book(year=2021, programme=NATIONAL, planned=400 * M, province=Province.objects.get(slug="ha-giang"))
    found = report("nation", year=2021, period="m12")
    assert row(found, "hai-phong", "NATIONAL")["planned"] == 600 * M
    assert row(found, "ha-giang", "NATIONAL")["planned"] == 400 * M
    assert row(found, None, "NATIONAL")["planned"] == 149_000 * M
    assert sum_of_rows(found, "planned") == found["total"]["planned"] == 150_000 * M
    assert {
        "figure": "planned",
        "programme": "NATIONAL",
        "from": "published",
        "id": "hp",
        "province": "hai-phong",
    } in (found["sources"])


def test_a_published_total_less_than_its_rows_leaves_a_negative_residual() -> None:
    publish("nat", value=100 * M)
    publish("hp", scope="hai-phong", value=600 * M)
    found = report("nation", year=2021, period="m12")
    assert row(found, None, "NATIONAL")["planned"] == -500 * M
    assert sum_of_rows(found, "planned") == 100 * M


def test_a_sum_with_a_row_that_is_only_published_is_partial_and_has_no_rates() -> None:
    publish("hp-plan", scope="hai-phong", value=600 * M)
    publish("hp-money", scope="hai-phong", indicator="allocated", value=300 * M)
    found = report("north", year=2021, period="m12")
    assert found["by_programme"]["NATIONAL"]["planned"] == 600 * M
    assert found["by_programme"]["NATIONAL"]["allocated_of_planned"] is None
    assert {"figure": "planned", "programme": "NATIONAL"} in found["partial"]
    assert row(found, "hai-phong", "NATIONAL")["allocated_of_planned"] == "50.00"


def test_the_total_takes_what_was_published_for_all_else_the_sum_of_the_programmes() -> None:
    publish("national", value=150 * M)
    publish("local", programme="LOCAL", value=188 * M)
    assert report("nation", year=2021, period="m12")["total"]["planned"] == 338 * M
    publish("all", programme="ALL", value=340 * M)
    found = report("nation", year=2021, period="m12")
    assert found["total"]["planned"] == 340 * M
    assert row(found, None, "ALL")["planned"] == 2 * M
    assert sum_of_rows(found, "planned") == 340 * M


def test_a_total_of_one_published_programme_beside_an_unknown_one_is_partial() -> None:
    publish("national", value=150 * M)
    found = report("nation", year=2021, period="m12")
    assert found["total"]["planned"] == 150 * M
    assert found["total"]["share_national"] is None
    assert {"figure": "planned", "programme": "ALL"} in found["partial"]


def test_published_rates_stand_beside_the_figures_and_are_never_counted() -> None:
    publish("rate", indicator="allocated_of_planned", value=50, unit="percent")
    publish("odd", programme="ALL", indicator="total_support_published", value=3108 * M)
    found = report("nation", year=2021, period="m12")
    assert found["total"]["allocated_of_planned"] is None
    assert found["rows"] == []
    assert [(each["id"], each["value"]) for each in found["published"]] == [
        ("rate", "50.00"),
        ("odd", 3108 * M),
    ]


def test_a_region_or_nation_without_provinces_below_is_a_total_with_one_residual_row() -> None:
    publish("south", scope="south", value=77 * M)
    found = report("south", year=2021, period="m12")
    assert [(each["province"], each["row"], each["planned"]) for each in found["rows"]] == [
        (None, "residual", 77 * M)
    ]
    assert found["total"]["planned"] == 77 * M


def test_what_nobody_knows_is_null_in_an_incomplete_year_and_0_in_a_complete_one() -> None:
    assert report(year=2021, period="m12")["total"]["planned"] is None
    assert report(year=THIS, period="m12")["total"]["planned"] == 0


# -- Boundaries ---------------------------------------------------------------------------------------------


def test_the_boundaries_of_then_and_of_now_give_the_same_sums() -> None:
    old = {
        slug: Province.objects.get(slug=slug, valid_to__isnull=False) for slug in ("hai-phong", "hai-duong")
    }
    book(year=2024, planned=300 * M, executed=100 * M, province=old["hai-phong"])
    book(year=2024, planned=50 * M, programme=NATIONAL, province=old["hai-duong"])
    then = report("nation", year=2024, period="m12")
    now = report("nation", year=2024, period="m12", boundaries="now")
    assert [each["province"] for each in then["rows"]] == ["hai-duong", "hai-phong"]
    assert [each["province"] for each in now["rows"]] == ["hai-phong", "hai-phong"]
    for figure in ("planned", "executed"):
        assert (
            sum_of_rows(then, figure)
            == sum_of_rows(now, figure)
            == then["total"][figure]
            == now["total"][figure]
        )
    assert report("hai-phong", year=2024, period="m12")["total"]["planned"] == 300 * M
    assert report("hai-phong", year=2024, period="m12", boundaries="now")["total"]["planned"] == 350 * M


def test_a_past_name_asked_for_in_the_boundaries_of_now_answers_with_its_successor() -> None:
    with pytest.raises(Refused, match=r"Hòa Bình đã sáp nhập vào Phú Thọ từ ngày 01/07/2025: .*\(phu-tho\)"):
        report("hoa-binh", year=2021, period="m12", boundaries="now")


def test_regions_are_dated_and_lam_dong_crosses() -> None:
    counts = {}
    for boundaries in ("then", "now"):
        for region in ("north", "central", "south"):
            with acting_as(agency()):
                found = quarterly(parse(scope=region, year=2024, period="m12", boundaries=boundaries))
            counts[boundaries, region] = len(found.scope.units)
    assert counts == {
        ("then", "north"): 28, ("then", "central"): 15, ("then", "south"): 20,
        ("now", "north"): 18, ("now", "central"): 8, ("now", "south"): 8,
    }  # fmt: skip
    book(year=2024, planned=9 * M, province=Province.objects.get(slug="binh-thuan"))
    asked: dict[str, Any] = {"year": 2024, "period": "m12"}
    assert report("south", **asked)["total"]["planned"] == 9 * M
    assert report("central", boundaries="now", **asked)["total"]["planned"] == 9 * M
    assert report("south", boundaries="now", **asked)["total"]["planned"] is None


def test_a_regions_published_figure_speaks_of_the_region_of_then_only() -> None:
    publish("south", scope="south", value=77 * M)
    publish("north", scope="north", value=88 * M)
    asked: dict[str, Any] = {"year": 2021, "period": "m12", "boundaries": "now"}
    assert report("south", **asked)["total"]["planned"] is None
    assert report("north", **asked)["total"]["planned"] == 88 * M


def test_a_merged_province_sums_what_was_published_of_its_parts_and_is_partial() -> None:
    publish("hb", scope="hoa-binh", indicator="allocated", value=1100 * M)
    found = report("phu-tho", year=2021, period="m12", boundaries="now")
    assert found["total"]["allocated"] == 1100 * M
    assert {"figure": "allocated", "programme": "NATIONAL", "province": "phu-tho"} in found["partial"]
    assert {
        "figure": "allocated", "programme": "NATIONAL", "from": "published", "id": "hb", "province": "hoa-binh",
    } in found["sources"]  # fmt: skip


def test_last_year_is_compared_in_the_boundaries_of_this_year() -> None:
    declare(2024)
    declare(2025)
    parts = [Province.objects.get(slug=slug, valid_to__isnull=False) for slug in ("hai-phong", "hai-duong")]
    for part in parts:
        book(year=2024, executed=40 * M, on=dt.date(2024, 11, 1), province=part)
    book(year=2025, executed=100 * M, on=dt.date(2025, 11, 1))
    assert report("hai-phong", year=2025, period="q4")["total"]["executed_year_on_year"] == "25.00"


def test_what_the_merged_province_booked_stands_in_a_residual_row_in_the_boundaries_before_the_merger() -> (
    None
):
    book(year=2025, planned=30 * M, on=dt.date(2025, 9, 1))
    found = report("nation", year=2025, period="q2")
    assert row(found, None, "LOCAL")["planned"] == 30 * M
    assert report("north", year=2025, period="q2")["total"]["planned"] == 30 * M
    assert report("hai-phong", year=2025, period="q2")["total"]["planned"] is None


# -- Ranges of years ----------------------------------------------------------------------------------------


def test_a_range_of_years_sums_them_and_compares_with_nothing() -> None:
    book(year=2026, planned=30 * M)
    book(year=2027, planned=12 * M, on=day(10))
    found = report(year="2026-2027", period="m12")
    assert (found["year"], found["total"]["planned"]) == ("2026-2027", 42 * M)
    assert found["total"]["planned_year_on_year"] is None
    with pytest.raises(Refused, match="chỉ lấy được với kỳ m12"):
        report(year="2026-2027", period="q1")


def test_a_range_says_of_each_year_where_its_figures_come_from() -> None:
    publish("nat-21", value=150_000 * M)
    publish("nat-22", value=140_000 * M, year=2022, published_on=dt.date(2022, 7, 31))
    found = report("nation", year="2021-2022", period="m12")
    assert found["by_programme"]["NATIONAL"]["planned"] == 290_000 * M
    for slug, year in (("nat-21", 2021), ("nat-22", 2022)):
        source = {"figure": "planned", "programme": "NATIONAL", "from": "published", "id": slug, "year": year}
        assert source in found["sources"]


def test_no_report_knows_a_day_to_come() -> None:
    with pytest.raises(Refused, match="ở tương lai"):
        report(year=THIS, period="q1", as_of=(today() + dt.timedelta(days=1)).isoformat())


# -- The whole, through the engine -----------------------------------------------------------------------------


def test_files_walked_by_the_engine_stand_in_the_report_with_their_outputs() -> None:
    national, local = walks.draft("NATIONAL"), walks.draft("LOCAL", support=100 * M, counterpart=150 * M)
    for walk in (national, local):
        walks.in_progress(walk)
        walks.next_day(walk)
        walk.accept(outputs={"machines_supported": 2})
    found = report(year=walks.YEAR, period="q1")
    assert found["by_programme"]["NATIONAL"]["planned"] == 300 * M
    assert found["by_programme"]["NATIONAL"]["executed"] == 300 * M
    assert found["by_programme"]["LOCAL"]["counterpart"] == 150 * M
    assert found["total"]["outputs"]["machines_supported"] == 4
    assert row(found, "hai-phong", "LOCAL")["outputs"]["machines_supported"] == 2
    groups = [
        (each["group"], each["NATIONAL"]["executed"], each["LOCAL"]["executed"])
        for each in found["by_activity_group"]
    ]
    assert groups == [(3, 300 * M, 100 * M)]
    assert report("nation", year=walks.YEAR, period="q1")["total"]["executed"] == 400 * M


def test_a_province_sees_the_same_figures_of_itself_as_the_nation() -> None:
    book(year=THIS, executed=100 * M)
    own = report(year=THIS, period="q1", by=position("viewer.hai-phong"))
    assert own == report(year=THIS, period="q1")


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows() -> None:
    def queries() -> int:
        with acting_as(agency()), CaptureQueriesContext(connection) as found:
            report_json(quarterly(parse(scope="nation", year=THIS, period="q2")))
        return len(found)

    book(year=THIS, executed=1 * M)
    few = queries()
    for number in range(29):
        book("thai-nguyen" if number % 2 else "hai-phong", year=THIS, executed=1 * M, counterpart=2 * M)
    assert queries() == few


def test_the_as_of_day_is_today_unless_said() -> None:
    assert report(year=THIS, period="q1")["as_of"] == today().isoformat()
