"""A list as a CSV file: what the page shows, whole, for a spreadsheet.

UTF-8 with a mark at its head, without which Excel takes it for something else; commas between, quoted as RFC 4180
says. Amounts are bare digits, days dd/mm/yyyy."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse

from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Refused

LONGEST = 20_000
"""Rows of one file; who needs more narrows the list first."""
_FORMULA = tuple("=+-@＝＋－＠")  # the wide ones, too: some spreadsheets take them alike


def is_wanted(request: HttpRequest) -> bool:
    """Whether the address asks for the list as a file."""
    return request.GET.get("format") == "csv"


def answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The file "``name``-2026-11-28.csv" to be kept. Raises Refused when there are more than LONGEST rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    for number, row in enumerate(rows):
        if number == LONGEST:
            limit = f"{LONGEST:,}".replace(",", ".")
            raise Refused(f"Danh sách có hơn {limit} dòng. Hãy lọc bớt, ví dụ theo năm, rồi tải lại.")
        writer.writerow([_written(cell) for cell in row])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{today():%Y-%m-%d}.csv"'
    return response


def _written(cell: object) -> str | int:
    """The cell as text or number; a text that a spreadsheet would take for a formula is made a text."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    if isinstance(cell, dt.date):
        return short_date(cell)
    text = str(cell)
    is_formula = text.lstrip().lstrip("\ufeff").startswith(_FORMULA) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if is_formula else text
