"""Lists as CSV files: what a spreadsheet reads, and what it must not run."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from khuyencong.lib import csv_files
from khuyencong.lib.workflow import Refused


def read(*rows: list[object]) -> list[list[str]]:
    content = csv_files.answer("de-an", ["Tên"], rows).content
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


def test_numbers_stay_numbers_days_are_written_as_here_and_nothing_is_empty() -> None:
    assert read([300_000_000, -5, dt.date(2026, 11, 28), None]) == [
        ["300000000", "-5", "28/11/2026", ""],
    ]


def test_commas_quotes_and_lines_come_back_as_they_were() -> None:
    text = 'Máy "sấy", lạnh\nhai dòng; ba'
    assert read([text]) == [[text]]
    assert b'"M\xc3\xa1y ""s' in csv_files.answer("x", ["a"], [[text]]).content


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", "  =1", "\t=1", "\r1", "＝1", "\ufeff=1"])
def test_a_text_that_a_spreadsheet_would_run_is_a_text(text: str) -> None:
    assert read([text]) == [[f"'{text}"]]


@pytest.mark.parametrize("text", ["Máy sấy", "– chưa có", "a=1", "1-2", ""])
def test_other_texts_are_left_alone(text: str) -> None:
    assert read([text, "."]) == [[text, "."]]


def test_the_file_bears_the_day_and_is_kept_not_shown() -> None:
    answer = csv_files.answer("de-an", ["Tên"], [])
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="de-an-2')


def test_a_list_that_is_too_long_is_refused_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "LONGEST", 2)
    assert len(read(["a"], ["b"])) == 2
    with pytest.raises(Refused, match="Danh sách có hơn 2 dòng"):
        read(["a"], ["b"], ["c"])
