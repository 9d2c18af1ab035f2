"""The ledger and its sums over the API, by who may read what."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import acting_as
from tests.api import Program, faults
from tests.cast import position
from tests.projects import walks
from tests.projects.walks import LOCAL, assign, decide, draft

pytestmark = pytest.mark.django_db

CENTRE, DEPT = "centre.hai-phong", "dept.hai-phong"


def test_entries_tell_their_file_paper_and_amount_as_integers() -> None:
    walk = draft(LOCAL)
    taken = walks.approved(walk)
    with acting_as(position(CENTRE)):
        code = walk.now().project.code
    status, page = Program(CENTRE).get("/ledger/", project=code, kind="approved")
    assert (status, page["count"]) == (200, 2)
    support = page["results"][0]
    assert {
        name: support[name] for name in ("project", "year", "kind", "source", "amount", "effective_on")
    } == {
        "project": code,
        "year": walks.YEAR,
        "kind": "approved",
        "source": "LOCAL",
        "amount": 300_000_000,
        "effective_on": taken.effective_on.isoformat(),
    }
    assert (support["organisation"], support["province"]) == ("ubnd-hai-phong", "hai-phong")
    assert support["paper"].startswith("Quyết định số ")


def test_balances_are_the_sums_of_the_entries_asked_for() -> None:
    walk = draft(LOCAL)
    walks.approved(walk)
    assign(programme=LOCAL)
    decide("appraise_allocation", walk)
    decide("allocate", walk)
    status, answer = Program(DEPT).get("/balances/", year=str(walks.YEAR), programme="LOCAL")
    assert status == 200
    sums = {(row["kind"], row["source"]): row["amount"] for row in answer["sums"]}
    assert sums == {
        ("appraised_department", "LOCAL"): 300_000_000,
        ("approved", "COUNTERPART"): 420_000_000,
        ("approved", "LOCAL"): 300_000_000,
        ("assigned", "LOCAL"): 10**10,
        ("allocated", "LOCAL"): 300_000_000,
    }
    assert answer["figures"] == {
        "planned": 300_000_000,
        "allocated": 300_000_000,
        "contracted": 0,
        "executed": 0,
        "disbursed": 0,
        "advance_outstanding": 0,
        "settled": 0,
    }
    assert Program(DEPT).get("/balances/", year="2026")[1]["sums"] == []


def test_each_reads_the_entries_of_the_files_he_may_open() -> None:
    walk = draft(LOCAL)
    walks.appraised(walk)
    assign(programme=LOCAL)
    counts = {
        account: Program(account).get("/ledger/")[1]["count"]
        for account in (
            CENTRE,
            DEPT,
            "finance.hai-phong",
            "dept.thai-nguyen",
            "agency.officer",
            "viewer.nation",
        )
    }
    # one appraisal, and the assignment for those who plan with it
    assert counts == {
        CENTRE: 1,
        DEPT: 2,
        "finance.hai-phong": 2,
        "dept.thai-nguyen": 0,
        "agency.officer": 0,
        "viewer.nation": 0,
    }


@pytest.mark.parametrize(
    ("filters", "field", "code"),
    [
        ({"kind": "stolen"}, "kind", "invalid"),
        ({"year": "MMXXVII"}, "year", "invalid"),
        ({"source": "X"}, "source", "invalid"),
        ({"sorce": "LOCAL"}, "sorce", "unknown"),
    ],
)
def test_a_filter_without_meaning_is_refused(filters: dict[str, str], field: str, code: str) -> None:
    for path in ("/ledger/", "/balances/"):
        status, answer = Program(DEPT).get(path, **filters)
        assert (status, faults(answer)) == (400, {field: code})


def test_a_page_of_the_ledger_takes_two_queries() -> None:
    walk = draft(LOCAL)
    walks.approved(walk)
    program = Program(DEPT)
    with CaptureQueriesContext(connection) as queries:
        assert program.get("/ledger/")[1]["count"] == 3
    assert len([query for query in queries.captured_queries if "budgets_ledgerentry" in query["sql"]]) == 2


def test_the_ledger_is_only_read() -> None:
    program = Program(DEPT)
    assert [program.post(path, {})[0] for path in ("/ledger/", "/balances/")] == [405, 405]
