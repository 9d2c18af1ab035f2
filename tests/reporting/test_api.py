"""Reports over the API: the same figures and the same walls as on the pages."""

from __future__ import annotations

import pytest

from reporting.jobs import run_job
from tests.api import Program
from tests.cast import position
from tests.reporting.ledgers import M, book, report

pytestmark = pytest.mark.django_db

REPORT = "/reports/quarterly/"
WORDS = {"scope": "hai-phong", "year": "2026", "period": "q1"}


def test_the_api_answers_the_json_of_the_command() -> None:
    book(year=2026, executed=77 * M)
    for account in ("dept.hai-phong", "viewer.nation"):
        assert Program(account).get(REPORT, **WORDS) == (200, report(year=2026, period="q1"))


def test_another_province_finds_nothing() -> None:
    program = Program("dept.thai-nguyen")
    assert program.get(REPORT, **WORDS)[0] == 404
    assert program.post(REPORT, WORDS)[0] == 404


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"period": "q9"}, "Không có kỳ báo cáo “q9”"),
        ({"scope": "hoa-binh", "boundaries": "now"}, "Hòa Bình đã sáp nhập vào Phú Thọ"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(words: dict[str, str], sentence: str) -> None:
    status, answer = Program("agency.officer").get(REPORT, **WORDS | words)
    assert status == 400
    assert sentence in answer["detail"]


def test_a_missing_word_is_named() -> None:
    status, answer = Program("agency.officer").get(REPORT, scope="nation", year="2026")
    assert status == 400
    assert [fault["field"] for fault in answer["errors"]] == ["period"]


def test_a_job_is_ordered_followed_and_its_file_fetched_by_who_ordered_it_alone() -> None:
    program = Program("dept.hai-phong")
    status, job = program.post(REPORT, WORDS)
    assert (status, job["state"], job["file"]) == (202, "WAITING", None)
    address = f"/jobs/{job['id']}/"
    assert program.get(f"{address}file/")[0] == 404
    run_job(job["id"], position("dept.hai-phong").pk)
    status, job = program.get(address)
    assert (status, job["state"], job["done"], job["file"]) == (200, "DONE", 4, f"/api/v1{address}file/")
    for accepts in ("*/*", "application/pdf"):
        assert program.client.get(job["file"], headers={"Accept": accepts}).content[:5] == b"%PDF-"
    for account in ("dept2.hai-phong", "dept.thai-nguyen", "agency.head"):
        for path in (address, f"{address}file/"):
            assert Program(account).get(path)[0] == 404
