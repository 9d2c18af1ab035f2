"""Projects over several budget years: approved as one, paid, accepted and settled year by year."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.tenancy import acting_as
from budgets.limits import LimitExceeded, rules_in_words
from budgets.models import EntryKind, LedgerEntry
from budgets.queries import balance
from budgets.services import book
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, NeedsReason, Refused, Stale
from projects.models import Contract, Project, ProjectYear, YearPlan
from projects.norms import share_limits
from projects.papers.from_files.appraisal import appraisal_paper
from projects.papers.from_files.decision import decision_paper
from projects.queries import files_visible_to, find_file, search_files, years_seen
from projects.services.files import save_content
from projects.services.years import begin_year, save_years
from projects.states import State
from projects.years import years_shown
from tests.cast import position
from tests.factories import make_entry
from tests.projects.walks import (
    FIRST,
    LOCAL,
    NATIONAL,
    SUPPORT,
    approved,
    assign,
    begun,
    confirm_norm,
    decide,
    draft,
    draft_over_years,
    fit,
    in_progress,
    next_day,
    ready_to_propose,
)

pytestmark = pytest.mark.django_db
TOTAL = 600_000_000
SECOND = 200_000_000


def project_of(walk: Walk) -> Project:
    with acting_as(walk.who("centre")):
        return walk.now().project


def parts_of(walk: Walk) -> list[tuple[int, int | None]]:
    with acting_as(walk.who("centre")):
        return list(YearPlan.objects.filter(project=walk.year.project_id).values_list("year", "approved"))


def settled(walk: Walk, support: int) -> None:
    """From the money to the settlement of one year's part, with everything that was contracted accepted."""
    next_day(walk)
    walk.progress(100, support + 420_000_000)
    walk.accept()
    next_day(walk)
    cost = support + 420_000_000
    walk.ask_payment(support, cost).confirm_dossier()
    walk.pay(paid=support)
    walk.settle(support, cost)


@pytest.mark.parametrize("programme", [NATIONAL, LOCAL])
def test_the_whole_is_approved_with_its_first_year_and_each_year_counts_in_its_own(programme: str) -> None:
    walk = draft_over_years(programme)
    approved(walk)
    project = project_of(walk)
    assert (project.years_planned, project.approved_total) == (3, TOTAL)
    assert parts_of(walk) == [(FIRST, SUPPORT), (FIRST + 1, SECOND), (FIRST + 2, 100_000_000)]
    with acting_as(walk.who("centre")):
        entries = LedgerEntry.objects.filter(project_year__project=project, kind=EntryKind.APPROVED)
        assert list(entries.exclude(source="COUNTERPART").values_list("year", "amount")) == [(FIRST, SUPPORT)]


@pytest.mark.parametrize("programme", [NATIONAL, LOCAL])
def test_a_project_goes_through_two_years_and_the_sums_stay_apart(programme: str) -> None:
    first = draft_over_years(programme, SUPPORT, SECOND)
    in_progress(first)
    settled(first, SUPPORT)
    second = begun(first)
    in_progress(second)
    settled(second, SECOND)
    by = first.who("centre")
    with acting_as(by):
        shown = years_shown(second.now(), years_seen(second.now(), by))
        assert shown is not None
        assert [(each.year, each.sums.planned, each.sums.settled) for each in shown.years] == [
            (FIRST, SUPPORT, SUPPORT),
            (FIRST + 1, SECOND, SECOND),
        ]
        assert (shown.planned, shown.approved_total, shown.left, shown.is_done) == (
            500_000_000,
            500_000_000,
            0,
            True,
        )
        assert balance(first.year.pk).planned == SUPPORT


def test_what_the_appraisers_recommend_for_the_coming_years_is_approved() -> None:
    walk = draft_over_years()
    walk.submit()
    next_day(walk)
    walk.appraise(coming={str(FIRST + 1): 150_000_000})
    decide("register", walk)
    next_day(walk)
    walk.appraise(account="agency.officer", coming={str(FIRST + 1): 120_000_000, str(FIRST + 2): 0})
    decide("propose", walk)
    decide("approve", walk, lines=[(walk, "AMEND", 250_000_000, "Theo khả năng ngân sách.")])
    assert parts_of(walk) == [(FIRST, 250_000_000), (FIRST + 1, 120_000_000), (FIRST + 2, 0)]
    assert project_of(walk).approved_total == 370_000_000


def test_an_appraiser_recommends_no_more_for_a_coming_year_than_is_asked() -> None:
    walk = draft_over_years()
    walk.submit()
    next_day(walk)
    with pytest.raises(Refused, match=r"năm 2027 .* phải từ 0 đến mức đơn vị đề nghị 200.000.000 đồng"):
        walk.appraise(coming={str(FIRST + 1): SECOND + 1})
    with pytest.raises(Refused, match="không có phần của năm 2031"):
        walk.appraise(coming={"2031": 1})


def test_an_ordinary_project_is_not_appraised_for_coming_years() -> None:
    walk = draft()
    walk.submit("theo chỉ đạo")
    next_day(walk)
    with pytest.raises(Refused, match="đề án nhiều năm"):
        walk.appraise(coming={"2028": 1})


# -- beginning the next year --------------------------------------------------------------------------


def test_the_next_year_takes_over_what_the_state_has() -> None:
    walk = draft_over_years()
    approved(walk)
    next_day(walk)
    by = walk.who("centre")
    with acting_as(by):
        file = begin_year(walk.now(), FIRST + 1, by=by, on=walk.day)
        old = walk.now()
        assert (file.year, file.state, file.address) == (
            FIRST + 1,
            State.DRAFT,
            f"{old.project.code}-{FIRST + 1}",
        )
        assert [line.item for line in file.estimate.all()] == [line.item for line in old.estimate.all()]
        assert [share.establishment_id for share in file.shares.all()] == [
            share.establishment_id for share in old.shares.all()
        ]
        assert [item.work for item in file.schedule.all()] == ["Mua sắm, lắp đặt"]
        old_papers = {each.code for each in old.documents.all()}
        assert {each.code for each in file.documents.all()} == old_papers - {"D01"}
        assert "D01" in old_papers


def test_the_next_year_is_begun_once_and_in_its_turn() -> None:
    walk = draft_over_years()
    by = walk.who("centre")
    with acting_as(by), pytest.raises(Refused, match="chưa được phê duyệt"):
        begin_year(walk.now(), FIRST + 1, by=by)
    approved(walk)
    with acting_as(by):
        with pytest.raises(Refused, match="không phải năm tiếp theo"):
            begin_year(walk.now(), FIRST + 2, by=by)
        begin_year(walk.now(), FIRST + 1, by=by)
        with pytest.raises(Stale, match="đã được lập"):
            begin_year(walk.now(), FIRST + 1, by=by)
        with pytest.raises(Refused, match=f"năm {FIRST + 1} chưa được phê duyệt"):
            begin_year(walk.now(), FIRST + 2, by=by)


def test_only_the_unit_begins_the_next_year() -> None:
    walk = draft_over_years()
    approved(walk)
    for account in ("dept", "agency.officer"):
        with acting_as(walk.who(account)), pytest.raises(Forbidden):
            begin_year(walk.now(), FIRST + 1, by=walk.who(account))
    other = position("centre.thai-nguyen")
    with acting_as(walk.who("centre")), pytest.raises(Forbidden):
        begin_year(walk.now(), FIRST + 1, by=other)


def test_a_stopped_project_begins_no_year_and_what_was_begun_does_not_go_on() -> None:
    walk = draft_over_years()
    in_progress(walk)
    second = begun(walk)
    next_day(walk)
    walk.stop("Cơ sở ngừng sản xuất.")
    by = walk.who("centre")
    second.day = walk.day
    with pytest.raises(Refused, match=f"năm {FIRST} của đề án đã ngừng thực hiện"):
        second.submit("theo chỉ đạo")
    second.withdraw("Đề án đã ngừng.")
    with acting_as(by), pytest.raises(Refused, match="đã ngừng thực hiện"):
        begin_year(walk.now(), FIRST + 2, by=by)


def test_the_database_begins_no_year_of_a_stopped_or_unapproved_project() -> None:
    walk = draft_over_years()
    by = walk.who("centre")

    def insert(year: int) -> None:
        with rules_in_words():
            ProjectYear.objects.create(
                tenant_id=walk.year.tenant_id, project_id=walk.year.project_id, year=year, state_since=today()
            )

    with acting_as(by), pytest.raises(LimitExceeded, match="chưa được duyệt kinh phí"):
        insert(FIRST + 1)
    in_progress(walk)
    next_day(walk)
    walk.stop("Cơ sở ngừng sản xuất.")
    with acting_as(by), pytest.raises(LimitExceeded, match="đã ngừng"):
        insert(FIRST + 1)


# -- money --------------------------------------------------------------------------------------------


def test_a_later_year_asks_no_more_than_its_part() -> None:
    walk = draft_over_years()
    approved(walk)
    second = begun(walk)
    by = walk.who("centre")
    with acting_as(by):
        fit(second.now(), SECOND + 1, by=by)
    with pytest.raises(Refused, match=r"vượt phần của năm trong tổng kinh phí đã duyệt 200.000.000 đồng"):
        second.submit("theo chỉ đạo")


def test_the_database_refuses_a_plan_above_the_part_of_the_year_and_parts_above_the_total() -> None:
    walk = draft_over_years()
    approved(walk)
    by = walk.who("ministry.leader")
    with acting_as(by):
        with pytest.raises(LimitExceeded, match="vượt phần của năm"), rules_in_words():
            book(make_entry(walk.now(), "adjusted", 1, by=by, paper="QĐ 9/QĐ-BCT"))
        with pytest.raises(LimitExceeded, match="vượt tổng kinh phí hỗ trợ đã duyệt"), rules_in_words():
            YearPlan.objects.filter(project=walk.year.project_id, year=FIRST + 1).update(approved=SECOND + 1)
        with pytest.raises(LimitExceeded, match="vượt tổng"), rules_in_words():
            Project.objects.filter(pk=walk.year.project_id).update(approved_total=TOTAL - 1)
    with acting_as(walk.who("centre")), pytest.raises(IntegrityError), transaction.atomic():
        YearPlan.objects.filter(project=walk.year.project_id, year=FIRST + 1).delete()


def test_a_later_year_is_contracted_by_an_annex_of_the_first_contract_or_by_its_own() -> None:
    walk = draft_over_years()
    in_progress(walk)
    settled(walk, SUPPORT)
    second = begun(walk)
    approved(second)
    assign(year=FIRST + 1)
    decide("allocate", second)
    next_day(second)
    second.contract(SECOND, by_annex=True)
    with acting_as(walk.who("agency.head")):
        contracts = Contract.objects.filter(items__project_year__project=walk.year.project_id).order_by("pk")
        assert [(each.paper.kind, each.annex_of_id) for each in contracts] == [
            ("CONTRACT", None),
            ("ANNEX", contracts[0].pk),
        ]


def test_the_first_year_is_an_annex_of_nothing() -> None:
    walk = draft_over_years()
    approved(walk)
    assign(year=FIRST)
    decide("allocate", walk)
    next_day(walk)
    with pytest.raises(Refused, match="chưa có hợp đồng"):
        walk.contract(SUPPORT, by_annex=True)


def test_the_contract_of_a_later_year_asks_for_a_reason_while_the_year_before_is_not_accepted() -> None:
    walk = draft_over_years()
    in_progress(walk)
    second = begun(walk)
    approved(second)
    assign(year=FIRST + 1)
    decide("allocate", second)
    next_day(second)
    with pytest.raises(NeedsReason, match="chưa nghiệm thu"):
        second.contract(SECOND)
    second.contract(SECOND, comment="Hai năm nối tiếp, Cục đồng ý.")


def test_the_next_advance_of_a_project_over_years_follows_the_confirmed_work() -> None:
    walk = draft_over_years(activity="T1")
    in_progress(walk)
    next_day(walk)
    walk.progress(80, 500_000_000)
    with pytest.raises(Refused, match=r"tối đa là 240.000.000 đồng"):
        walk.ask_advance(250_000_000, "NEXT")
    walk.ask_advance(210_000_000).advance(210_000_000)
    with pytest.raises(Refused, match=r"tối đa là 30.000.000 đồng"):
        walk.ask_advance(40_000_000, "NEXT")
    walk.ask_advance(30_000_000, "NEXT").advance(30_000_000)
    with acting_as(walk.who("centre")):
        assert balance(walk.year.pk).advanced == 240_000_000


def test_an_ordinary_project_has_no_next_advance() -> None:
    walk = draft(activity="T1")
    in_progress(walk)
    next_day(walk)
    walk.progress(80, 500_000_000)
    with pytest.raises(Refused, match="nhiều năm"):
        walk.ask_advance(1_000_000, "NEXT")


def test_the_ceiling_of_an_establishment_is_for_all_years_together() -> None:
    walk = draft_over_years(NATIONAL, SUPPORT, SECOND, activity="T10")
    basis = "(TT 28/2018)"
    with pytest.raises(NeedsReason) as asked:
        walk.submit()
    assert (
        "Các năm của đề án cộng lại 500.000.000 đồng, cao hơn định mức 450.000.000 đồng cho các cơ sở "
        f"{basis}." in str(asked.value)
    )
    approved(walk)
    second = begun(walk)
    with pytest.raises(NeedsReason) as asked:
        second.submit()
    assert (
        "Mức hỗ trợ 200.000.000 đồng, cùng 300.000.000 đồng ở các năm khác của đề án, cao hơn định mức "
        f"450.000.000 đồng {basis}." in str(asked.value)
    )


def test_a_confirmed_ceiling_blocks_a_later_year_by_what_the_first_gave() -> None:
    walk = draft_over_years(NATIONAL, SUPPORT, SECOND, activity="T10")
    approved(walk)
    second = begun(walk)
    ready_to_propose(second)
    decide("propose", second)
    confirm_norm("T10")
    sentence = (
        "Mức 200.000.000 đồng, cùng 300.000.000 đồng cho các cơ sở này ở các năm khác của đề án, vượt định mức đã xác "
        "nhận 450.000.000 đồng mà chưa ghi căn cứ ưu tiên."
    )
    with pytest.raises(Refused, match=sentence):
        decide("approve", second)
    decide("approve", second, lines=[(second, "AMEND", 150_000_000, "Theo định mức.")])
    with acting_as(second.who("agency.officer")):
        assert share_limits(second.now(), today()) == (50, 150_000_000)
        assert share_limits(walk.now(), today()) == (50, 450_000_000)


# -- writing ------------------------------------------------------------------------------------------


def test_a_year_without_stages_or_money_is_not_sent() -> None:
    walk = draft_over_years()
    by = walk.who("centre")
    with acting_as(by):
        save_years(
            walk.now(),
            by=by,
            version=walk.now().project.version,
            parts=[{"stages": "A", "results": "B"}, {"support": 0, "stages": "", "results": "B"}],
        )
    with pytest.raises(Refused) as refusal:
        walk.submit("theo chỉ đạo")
    assert f"Năm {FIRST + 1}: chưa ghi kinh phí hỗ trợ, nội dung, giai đoạn." in str(refusal.value)
    assert f"thời gian thực hiện từ năm {FIRST} đến năm {FIRST + 2}" in str(refusal.value)


def test_the_money_of_the_first_year_is_that_of_its_estimate() -> None:
    walk = draft_over_years()
    with acting_as(walk.who("centre")):
        first = YearPlan.objects.get(project=walk.year.project_id, year=FIRST)
        assert (first.support, first.counterpart) == (SUPPORT, 420_000_000)


def test_what_was_approved_as_one_is_not_written_in_a_later_year() -> None:
    walk = draft_over_years()
    approved(walk)
    second = begun(walk)
    by = walk.who("centre")
    with acting_as(by):
        version = second.now().project.version
        with pytest.raises(Refused, match="đã được duyệt chung"):
            save_content(second.now(), by=by, version=version, values={"title": "Tên khác"})
        with pytest.raises(Refused, match="đã được duyệt chung"):
            save_years(second.now(), by=by, version=version, parts=[])


# -- who sees -----------------------------------------------------------------------------------------


def test_a_draft_of_a_later_year_is_its_units_alone_and_the_code_names_what_each_sees() -> None:
    walk = draft_over_years()
    approved(walk)
    second = begun(walk)
    code = project_of(walk).code
    for account, year in (
        ("centre", FIRST + 1),
        ("dept", FIRST),
        ("agency.officer", FIRST),
        ("auditor", FIRST),
    ):
        by = position("auditor") if account == "auditor" else walk.who(account)
        with acting_as(by):
            assert find_file(by, code).year == year, account
            with pytest.raises(ProjectYear.DoesNotExist) if year == FIRST else acting_as(by):
                find_file(by, f"{code}-{FIRST + 1}")
    second.submit("theo chỉ đạo")
    with acting_as(walk.who("dept")):
        assert [file.year for file in files_visible_to(walk.who("dept")).order_by("year")] == [
            FIRST,
            FIRST + 1,
        ]
    other = position("centre.thai-nguyen")
    with acting_as(other):
        assert not files_visible_to(other).exists()
        assert not YearPlan.objects.exists()


def test_a_search_for_the_address_of_a_year_finds_that_file_alone() -> None:
    walk = draft_over_years()
    approved(walk)
    begun(walk)
    by = walk.who("centre")
    with acting_as(by):
        code = walk.now().project.code
        found = {
            text: [file.year for file in search_files(files_visible_to(by), text).order_by("year")]
            for text in (code, f" {code.lower()}-{FIRST + 1}", f"{code}-{FIRST + 2}")
        }
    assert list(found.values()) == [[FIRST, FIRST + 1], [FIRST + 1], []]


@pytest.mark.parametrize("programme", [NATIONAL, LOCAL])
def test_a_later_year_comes_to_the_nation_by_the_act_that_brought_the_first(programme: str) -> None:
    walk = draft_over_years(programme)
    approved(walk)
    second = begun(walk)

    def seen() -> list[list[int]]:
        found = []
        for account in ("agency.officer", "ministry.leader", "auditor"):
            by = position(account)
            with acting_as(by):
                found.append(list(files_visible_to(by).order_by("year").values_list("year", flat=True)))
        return found

    second.submit("theo chỉ đạo")
    next_day(second)
    second.appraise()
    assert seen() == [[FIRST]] * 3
    if programme == NATIONAL:
        decide("register", second)
    else:
        decide("give_opinion", second)
        decide("propose", second)
        assert seen() == [[FIRST]] * 3
        decide("approve", second)
    assert seen() == [[FIRST, FIRST + 1]] * 3


# -- papers -------------------------------------------------------------------------------------------


def test_the_papers_of_a_project_over_years_print_what_each_year_gets() -> None:
    walk = draft_over_years()
    walk.submit()
    next_day(walk)
    walk.appraise(coming={str(FIRST + 1): 150_000_000})
    decide("register", walk)
    next_day(walk)
    walk.appraise(account="agency.officer", coming={str(FIRST + 1): 120_000_000})
    decide("propose", walk)
    decision = decide("approve", walk)
    split = (
        f"các năm {FIRST} – {FIRST + 2}, tổng hỗ trợ 520.000.000: năm {FIRST}: 300.000.000; năm {FIRST + 1}: "
        f"120.000.000; năm {FIRST + 2}: 100.000.000"
    )
    with acting_as(walk.who("ministry.leader")):
        line = decision_paper(decision).groups[0].lines[0]
        assert line.years == split
        assert line.funding.national == SUPPORT
        department, agency = walk.now().appraisals.order_by("pk")
        assert [(part.year, part.support, part.recommended) for part in appraisal_paper(agency).years] == [
            (FIRST, SUPPORT, SUPPORT),
            (FIRST + 1, SECOND, 120_000_000),
            (FIRST + 2, 100_000_000, 100_000_000),
        ]
        assert appraisal_paper(department).total == 550_000_000
    second = begun(walk)
    decision = approved(second)
    with acting_as(walk.who("ministry.leader")):
        line = decision_paper(decision).groups[0].lines[0]
        assert line.years == f"phần năm {FIRST + 1} của đề án các năm {FIRST} – {FIRST + 2}"
        assert line.funding.national == 120_000_000
