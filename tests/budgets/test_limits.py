"""Each guard of the ledger tried and refused by its name; then by two connections at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    InternalError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.db.models import Sum

from accounts.tenancy import acting_as
from budgets.limits import LimitExceeded, limit_sentence
from budgets.models import LedgerEntry, Programme, Source
from budgets.queries import balance
from budgets.services import book, record_assignment
from projects.models import ProjectYear
from projects.states import State
from tests.cast import position
from tests.factories import make_entry, make_file

DEPT, AGENCY = "dept.head.hai-phong", "agency.head"


def assign(amount: int, by: str = DEPT, year: int = 2027, number: str = "1") -> None:
    officer = position("agency.officer" if by == AGENCY else by.replace("dept.head", "dept"))
    with acting_as(officer):
        record_assignment(
            by=officer,
            year=year,
            amount=amount,
            paper_number=f"{number}/QĐ-UBND",
            paper_date=date(2026, 11, 1),
            issuer="Ủy ban nhân dân thành phố",
        )


def a_file(*booked: tuple[str, int], programme: str = Programme.LOCAL) -> ProjectYear:
    """A file of Hải Phòng with these amounts on its ledger: in progress, or accepted when something was."""
    accepted = any(kind == "accepted" for kind, _ in booked)
    file = make_file(
        by=position("centre.hai-phong"),
        programme=programme,
        state=State.ACCEPTED if accepted else State.IN_PROGRESS,
        sent=programme == Programme.NATIONAL,
    )
    for kind, amount in booked:
        put(file, kind, amount)
    return file


def put(file: ProjectYear, kind: str, amount: int, **fields: object) -> LedgerEntry:
    by = position(AGENCY if file.project.programme == Programme.NATIONAL else DEPT)
    with acting_as(by):
        return book(make_entry(file, kind, amount, by=by, **fields))


def entry(file: ProjectYear, kind: str) -> LedgerEntry:
    with acting_as(position(DEPT)):
        return LedgerEntry.objects.get(project_year=file, kind=kind)


CONTRACTED = (("approved", 90), ("allocated", 80), ("contracted", 70))


# -- each guard ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_while_only_a_part_is_accepted_the_parts_still_at_work_have_their_advance() -> None:
    assign(100)
    file = a_file(*CONTRACTED, ("advanced", 20))
    put(file, "accepted", 30)  # of one beneficiary: the file is still in progress
    put(file, "advanced", 25, instalment="FIRST")
    with acting_as(position(DEPT)):
        assert balance(file.pk).advanced == 45


@pytest.mark.django_db
@pytest.mark.parametrize("instalment", ["REMAINDER", "PART"])
def test_the_rest_is_not_advanced_before_the_whole_is_accepted_unless_the_contract_says_so(
    instalment: str,
) -> None:
    assign(100)
    file = a_file(*CONTRACTED, ("advanced", 20))
    put(file, "accepted", 30)
    with pytest.raises(LimitExceeded, match="phần còn lại sau khi nghiệm thu toàn bộ"):
        put(file, "advanced", 5, instalment=instalment)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("booked", "last", "name", "said"),
    [
        ([("approved", 200)], ("allocated", 101), "G1", ["101 đồng", "100 đồng", "dự toán bổ sung"]),
        ([("approved", 90)], ("allocated", 91), "G2", ["91 đồng", "90 đồng", "Điều 11"]),
        ([("approved", 90), ("allocated", 80)], ("adjusted", -11), "G2", ["80 đồng", "79 đồng"]),
        ([("approved", 90), ("allocated", 80)], ("contracted", 81), "G3", ["81 đồng", "80 đồng", "Điều 12"]),
        (CONTRACTED, ("advanced", 71), "G6", ["71 đồng", "70 đồng", "hợp đồng"]),
        ([*CONTRACTED, ("advanced", 40), ("accepted", 30)], ("advanced", 1), "G6", ["41 đồng", "30 đồng"]),
        ([*CONTRACTED, ("advanced", 20), ("accepted", 30)], ("paid", 11), "G6", ["31 đồng", "30 đồng"]),
        (CONTRACTED, ("paid", 1), "G6", ["1 đồng", "0 đồng", "nghiệm thu"]),
        ([*CONTRACTED, ("advanced", 20), ("accepted", 60)], ("cleared", 21), "G6", ["21 đồng", "20 đồng"]),
        ([*CONTRACTED, ("advanced", 40), ("accepted", 30)], ("cleared", 31), "G6", ["31 đồng", "30 đồng"]),
        (CONTRACTED, ("accepted", 71), "G7", ["71 đồng", "70 đồng", "Điều 19"]),
        ([*CONTRACTED, ("accepted", 60)], ("settled", 61), "G7", ["61 đồng", "60 đồng"]),
    ],
)
def test_what_the_law_forbids_is_refused_by_name_and_sentence(
    booked: list[tuple[str, int]], last: tuple[str, int], name: str, said: list[str]
) -> None:
    assign(100)
    file = a_file(*booked)
    with pytest.raises(LimitExceeded) as refusal:
        put(file, *last)
    cause = refusal.value.__cause__
    assert isinstance(cause, IntegrityError)
    assert cause.__cause__.diag.constraint_name == name  # type: ignore[union-attr]
    sentence = str(refusal.value)
    assert [words for words in said if words not in sentence] == []
    with acting_as(position(DEPT)):
        assert list(file.entries.values_list("kind", "amount").order_by("pk")) == list(booked)


@pytest.mark.django_db
def test_all_that_is_within_the_limits_is_booked_to_the_last_dong() -> None:
    assign(80)
    booked = [
        *CONTRACTED,
        ("adjusted", -10),
        ("advanced", 40),
        ("accepted", 70),
        ("cleared", 40),
        ("paid", 30),
        ("settled", 70),
    ]
    file = a_file(*booked)
    with acting_as(position(DEPT)):
        sums = balance(file.pk)
    assert (sums.planned, sums.allocated, sums.contracted, sums.disbursed, sums.settled) == (
        80,
        80,
        70,
        70,
        70,
    )


@pytest.mark.django_db
def test_more_advanced_than_accepted_stays_and_waits_for_its_refund() -> None:
    assign(100)
    file = a_file(*CONTRACTED, ("advanced", 60), ("accepted", 50))
    with acting_as(position(DEPT)):
        assert balance(file.pk).advanced == 60


@pytest.mark.django_db
def test_a_cut_of_the_assignment_below_what_is_allocated_is_refused() -> None:
    assign(100)
    a_file(("approved", 90), ("allocated", 80))
    with pytest.raises(LimitExceeded, match="80 đồng, vượt dự toán"):
        assign(-21, number="2")
    assign(-20, number="3")


@pytest.mark.django_db
def test_the_assignment_of_one_year_source_or_holder_pays_for_no_other() -> None:
    assign(100, year=2026)
    assign(100, by="dept.head.thai-nguyen")
    assign(100, by=AGENCY)
    local = a_file(("approved", 90))
    with pytest.raises(LimitExceeded, match="vượt dự toán được giao"):
        put(local, "allocated", 1)
    national = a_file(("approved", 90), programme=Programme.NATIONAL)
    put(national, "allocated", 90)


@pytest.mark.django_db
def test_the_assignment_is_shared_by_the_files_of_its_holder() -> None:
    assign(100)
    a_file(("approved", 90), ("allocated", 90))
    second = a_file(("approved", 90))
    put(second, "allocated", 10)
    with pytest.raises(LimitExceeded, match="101 đồng"):
        put(second, "allocated", 1)


@pytest.mark.django_db
def test_other_sources_than_the_state_have_no_limit() -> None:
    file = a_file(("approved", 1))
    put(file, "contracted", 10**12, source=Source.COUNTERPART)
    put(file, "accepted", 10**13, source=Source.COUNTERPART)


@pytest.mark.django_db
def test_the_stop_of_a_project_books_back_contract_allocation_and_plan() -> None:
    assign(100)
    file = a_file(*CONTRACTED, ("advanced", 40))
    put(file, "contracted", -30, corrects=entry(file, "contracted"))
    put(file, "allocated", -40, corrects=entry(file, "allocated"))
    put(file, "adjusted", -50)
    with acting_as(position(DEPT)):
        sums = balance(file.pk)
    assert (sums.planned, sums.allocated, sums.contracted, sums.advanced) == (40, 40, 40, 40)
    put(a_file(("approved", 60)), "allocated", 60)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "amount", "sentence"),
    [
        ("contracted", -31, "Tổng tạm ứng và thanh toán sẽ là 40 đồng"),
        ("allocated", -11, "Kinh phí ký hợp đồng, giao nhiệm vụ sẽ là 70 đồng"),
        ("approved", -11, "Kinh phí giao cho đề án sẽ là 80 đồng"),
    ],
)
def test_nothing_is_taken_back_from_under_what_rests_on_it(kind: str, amount: int, sentence: str) -> None:
    assign(100)
    file = a_file(*CONTRACTED, ("advanced", 40))
    with pytest.raises(LimitExceeded, match=sentence):
        put(file, kind, amount, corrects=entry(file, kind))


@pytest.mark.django_db
def test_a_correction_stays_in_its_line_and_takes_back_no_more_than_was_booked() -> None:
    assign(300)
    file, other = a_file(*CONTRACTED), a_file(*CONTRACTED)
    allocation = entry(file, "allocated")
    for wrong in (
        make_entry(other, "allocated", -1, by=position(DEPT), corrects=allocation),
        make_entry(file, "contracted", -1, by=position(DEPT), corrects=allocation),
        make_entry(file, "allocated", -81, by=position(DEPT), corrects=allocation),
    ):
        with (
            acting_as(position(DEPT)),
            pytest.raises(LimitExceeded, match="Bút toán điều chỉnh phải cùng loại"),
        ):
            book(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [{"source": Source.NATIONAL}, {"programme": Programme.NATIONAL}, {"province": "thai-nguyen"}],
)
def test_an_entry_counts_where_its_file_counts(fields: dict[str, Any]) -> None:
    """National money on a local file is refused even when a holder of the nation is named."""
    if "province" in fields:
        fields = {"province_id": position("dept.head.thai-nguyen").organisation.province_id}
    file = a_file()
    with pytest.raises(LimitExceeded, match="nguồn kinh phí của bút toán khác"):
        put(file, "approved", 10, holder=position(AGENCY).organisation, **fields)


@pytest.mark.django_db
def test_a_province_may_add_its_money_to_a_national_file_and_the_nation_none_of_it() -> None:
    file = a_file(programme=Programme.NATIONAL)
    dept, agency = position(DEPT), position(AGENCY)
    with acting_as(dept):
        book(make_entry(file, "approved", 10, by=dept, source=Source.LOCAL))
    with acting_as(agency), pytest.raises(ProgrammingError, match="booked by its province"):
        book(make_entry(file, "approved", 10, by=agency, source=Source.LOCAL))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("account", "holder", "source", "programme", "said"),
    [
        (AGENCY, DEPT, Source.LOCAL, Programme.LOCAL, "adds no row|booked by its province"),
        (AGENCY, AGENCY, Source.LOCAL, Programme.LOCAL, "another programme"),
        (AGENCY, AGENCY, Source.NATIONAL, Programme.LOCAL, "another programme"),
        (DEPT, DEPT, Source.NATIONAL, Programme.NATIONAL, "another programme"),
        (DEPT, AGENCY, Source.LOCAL, Programme.LOCAL, "holder of another tenant"),
    ],
)
def test_what_is_assigned_is_of_the_holder_s_own_money(
    account: str, holder: str, source: str, programme: str, said: str
) -> None:
    by, body = position(account), position(holder).organisation
    national = account == AGENCY
    entry = LedgerEntry(
        tenant=body.tenant if national else by.organisation.tenant,
        sent_to_nation=national,
        nation_writes=national,
        holder=body,
        programme=programme,
        year=2027,
        kind="assigned",
        source=source,
        amount=5,
        paper="1/QĐ",
        effective_on=date(2026, 11, 1),
        position=by,
        person=by.person,
    )
    with acting_as(by), pytest.raises(DatabaseError, match=said), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"year": 2026}, {"holder": "agency.head"}, {"holder": "dept.head.thai-nguyen"}]
)
def test_an_entry_lies_in_the_year_and_with_a_holder_of_its_file(fields: dict[str, object]) -> None:
    assign(100)
    file = a_file(("approved", 90))
    if "holder" in fields:
        fields = {"holder": position(str(fields["holder"])).organisation}
    with pytest.raises(LimitExceeded, match=r"^(Năm|Đơn vị phân bổ) của bút toán"):
        put(file, "allocated", 10, **fields)


@pytest.mark.django_db
def test_an_allocation_says_out_of_whose_assignment_it_comes() -> None:
    file = a_file(("approved", 90))
    with pytest.raises(IntegrityError, match="budgets_ledgerentry_allocation_has_holder"):
        put(file, "allocated", 10, holder=None)


@pytest.mark.django_db
def test_another_error_of_the_database_has_no_sentence() -> None:
    file = a_file()
    with pytest.raises(IntegrityError, match="budgets_ledgerentry_negative_only_where_allowed") as error:
        put(file, "registered", 0)
    assert limit_sentence(error.value) is None


# -- two connections at once -----------------------------------------------------------------------------


def refusal_of(act: Callable[[], object]) -> str:
    """Nothing when ``act`` was done, otherwise the sentence; on a connection of this thread, closed afterwards."""
    try:
        act()
    except LimitExceeded as refusal:
        return str(refusal)
    finally:
        connections.close_all()
    return ""


def race(first: LedgerEntry, second: LedgerEntry) -> tuple[str, str]:
    """Book both so that the second begins while the first is booked and not committed; what each was answered."""
    booked, commit = threading.Event(), threading.Event()

    def hold() -> None:
        with acting_as(first.position):
            book(first)
            booked.set()
            commit.wait(30)

    def follow() -> None:
        booked.wait(30)
        with acting_as(second.position):
            book(second)

    with ThreadPoolExecutor(2) as pool:
        leader, follower = pool.submit(refusal_of, hold), pool.submit(refusal_of, follow)
        while not (follower.done() or somebody_waits()):
            time.sleep(0.02)
        commit.set()
        return leader.result(30), follower.result(30)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("booked", "first", "second", "refused"),
    [
        (
            [("approved", 100)],
            ("allocated", 60),
            ("allocated", 60),
            "Kinh phí giao cho đề án sẽ là 120 đồng",
        ),  # G2
        ([("approved", 100), ("allocated", 60)], ("adjusted", -30), ("allocated", 30), "sẽ là 90 đồng, vượt"),
        (
            [("approved", 100), ("allocated", 100)],
            ("contracted", 60),
            ("contracted", 60),
            "sẽ là 120 đồng",
        ),  # G3
        (CONTRACTED, ("advanced", 40), ("advanced", 40), "Tổng tạm ứng và thanh toán sẽ là 80 đồng"),  # G6
        ([*CONTRACTED, ("accepted", 50)], ("paid", 30), ("paid", 30), "thanh toán mới sẽ là 60 đồng"),
        (
            [*CONTRACTED, ("advanced", 50), ("accepted", 50)],
            ("cleared", 30),
            ("cleared", 30),
            "sẽ là 60 đồng",
        ),
        (CONTRACTED, ("accepted", 40), ("accepted", 40), "Kinh phí nghiệm thu sẽ là 80 đồng"),  # G7
        ([*CONTRACTED, ("accepted", 50)], ("settled", 30), ("settled", 30), "Số quyết toán sẽ là 60 đồng"),
    ],
)
def test_of_two_bookings_on_a_file_at_once_the_second_counts_the_first(
    committed_db: None,
    booked: list[tuple[str, int]],
    first: tuple[str, int],
    second: tuple[str, int],
    refused: str,
) -> None:
    assign(200)
    file = a_file(*booked)
    by = position(DEPT)
    answers = race(make_entry(file, *first, by=by), make_entry(file, *second, by=by))
    assert (answers[0], refused in answers[1]) == ("", True)
    with acting_as(by):
        assert list(file.entries.values_list("kind", "amount").order_by("pk")) == [*booked, first]


def test_of_two_allocations_at_once_from_one_assignment_the_second_counts_the_first(
    committed_db: None,
) -> None:
    assign(100)
    files = [a_file(("approved", 90)) for _ in range(2)]
    answers = race(*(make_entry(file, "allocated", 60, by=position(DEPT)) for file in files))
    assert (answers[0], "Tổng kinh phí đã giao sẽ là 120 đồng" in answers[1]) == ("", True)


def test_of_two_corrections_at_once_the_second_counts_the_first(committed_db: None) -> None:
    assign(100)
    file = a_file(("approved", 90), ("allocated", 80))
    wrong = entry(file, "allocated")
    answers = race(*(make_entry(file, "allocated", -50, by=position(DEPT), corrects=wrong) for _ in range(2)))
    assert (answers[0], "không vượt số đã ghi" in answers[1]) == ("", True)


def test_however_many_allocate_at_once_the_assignment_is_never_exceeded(committed_db: None) -> None:
    assign(100)
    files = [a_file(("approved", 90)) for _ in range(3)]
    by = position(DEPT)

    def until_refused(file: ProjectYear) -> str:
        def act() -> None:
            while True:
                with acting_as(by):
                    book(make_entry(file, "allocated", 7, by=by))

        return refusal_of(act)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(until_refused, [*files, files[0]]))
    assert ["vượt" in answer for answer in answers] == [True] * 4
    with acting_as(by):
        allocated = LedgerEntry.objects.filter(kind="allocated").aggregate(sum=Sum("amount"))
    assert allocated == {"sum": 98}


def test_the_ledger_is_not_written_in_an_older_snapshot(committed_db: None) -> None:
    file = a_file()
    by = position(DEPT)
    with pytest.raises(InternalError, match="READ COMMITTED"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with acting_as(by):
            book(make_entry(file, "approved", 1, by=by))
