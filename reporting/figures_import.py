"""Reads a file of published figures (columns of published-figures.csv). Strict in its words; all or nothing."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts.models import Region
from budgets.models import Programme, PublishedFigure
from khuyencong.lib.dates import today
from khuyencong.lib.periods import Period, parse_period
from khuyencong.lib.vietnamese import nfc
from projects.models import Indicator
from reporting.ledger import FIGURES
from reporting.parameters import FIRST_YEAR, LAST_YEAR
from reporting.published import ALL, RATES, SHOWN_ONLY
from reporting.scopes import NATION, Provinces

COLUMNS = ("id", "published", "year", "period", "scope", "programme", "indicator", "value", "unit", "note")
AWARD = "AWARD"
PROGRAMMES = (*Programme.values, ALL, AWARD)
DONG, PERCENT, RATIO = "dong", "percent", "ratio"
LARGEST = 10**15
"""Đồng, or pieces: more than the whole State budget is a slip of the pen."""
LARGEST_RATE = 10_000
CHANGES = frozenset({"planned_year_on_year", "executed_year_on_year", "planned_vs_previous_executed"})
AHEAD = frozenset({"planned", "allocated"})
"""Money that may be published before its year begins; the rest tells what was done."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

COUNTS = frozenset({
    "projects_registered", "projects_approved", "projects_contracted", "projects_in_progress",
    "projects_accepted", "projects_settled", "tasks_approved", "estimates_approved", "contracts_signed",
    "contracts_due", "flagship_projects", "provinces_with_flagship", "group_projects",
    "inter_provincial_projects", "projects_changed", "projects_added", "projects_stopped",
    "projects_late", "reports_late", "inspections", "findings_closed", "findings_open",
    "establishments_supported", "establishments_supported_enterprise",
    "establishments_supported_cooperative", "establishments_supported_group",
    "establishments_supported_household", "establishments_priority_area", "establishments_women",
    "establishments_ethnic", "establishments_certified", "provinces_registered", "provinces_funded",
    "service_organisations_funded", "regional_centres_funded",
})  # fmt: skip
"""Counts of the work (indicators.md §4.2): published ones are shown beside the report."""


SPEAKS_OF = ("published_on", "year", "period", "scope", "programme", "indicator")


@dataclass(frozen=True)
class Fault:
    """``line`` of the file (the head is 1), ``column`` empty for the whole line, and a Vietnamese sentence."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"dòng {self.line}" + (f", cột {self.column}" if self.column else "")
        return f"{where[0].upper()}{where[1:]}: {self.message}"


@dataclass(frozen=True)
class Imported:
    """How many figures were new, differed from what was stored, or were there already."""

    added: int
    changed: int
    unchanged: int


class BadFile(Exception):
    """The file was not loaded; ``faults`` say why, line by line."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def import_figures(content: bytes, *, dry_run: bool = False) -> Imported:
    """Load the published figures of a CSV in UTF-8; a figure whose id is known takes the file's values.

    Runs as the login, outside every tenant. ``dry_run`` checks and counts only. Raises BadFile with every fault;
    then nothing is loaded."""
    figures = read_figures(content)
    known = {row.slug: row for row in PublishedFigure.objects.filter(slug__in=[row.slug for row in figures])}
    not_of_the_file = {"id", "slug", "recorded_at"}
    fields = [
        field.name for field in PublishedFigure._meta.concrete_fields if field.name not in not_of_the_file
    ]
    added, changed = [], []
    for figure in figures:
        stored = known.get(figure.slug)
        if stored is None:
            added.append(figure)
        elif any(getattr(stored, name) != getattr(figure, name) for name in fields):
            figure.pk = stored.pk
            changed.append(figure)
    if not dry_run:
        with transaction.atomic():
            PublishedFigure.objects.bulk_create(added)
            PublishedFigure.objects.bulk_update(changed, fields)
    return Imported(len(added), len(changed), len(figures) - len(added) - len(changed))


def read_figures(content: bytes) -> list[PublishedFigure]:
    """The unsaved figures of the file. Raises BadFile."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(Fault(1, "", "Tệp không phải là văn bản UTF-8. Hãy lưu lại thành CSV UTF-8.")) from None
    reader = csv.DictReader(io.StringIO(nfc(text), newline=""), strict=True)
    try:
        head = tuple(reader.fieldnames or ())
    except csv.Error:
        head = ()
    if head != COLUMNS:
        raise BadFile(Fault(1, "", f"Các cột phải là: {','.join(COLUMNS)}."))
    words = _Words()
    figures: list[PublishedFigure] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    said: dict[tuple[object, ...], str] = dict(words.said)
    line = 1
    try:
        for row in reader:
            line = reader.line_num
            found = list(_faults(row, words))
            slug = row["id"] or ""
            if slug in seen:
                found.append(("id", f"Mã “{slug}” đã có ở dòng {seen[slug]}."))
            seen.setdefault(slug, line)
            if not found:
                figure = _figure(row)
                twin = said.setdefault(_what(figure), slug)
                if twin != slug:
                    found.append(("id", f"Số liệu này, công bố cùng ngày, đã có dưới mã “{twin}”."))
                figures.append(figure)
            faults += [Fault(line, column, message) for column, message in found]
    except csv.Error:
        message = "Không đọc được từ dòng này trở đi, có thể một dấu nháy kép chưa đóng hoặc đóng sai chỗ."
        faults.append(Fault(line + 1, _open_quote(text, line), message))
    if not faults and not figures:
        faults.append(Fault(1, "", "Tệp không có dòng số liệu nào."))
    if faults:
        raise BadFile(*faults)
    return figures


def _open_quote(text: str, lines_read: int) -> str:
    """The column of the line after ``lines_read`` in which a quote opens and does not close; empty if none does."""
    line = "".join(text.splitlines()[lines_read : lines_read + 1])
    before, quote, _ = re.sub(r'"(?:[^"]|"")*"', "", line).partition('"')
    return COLUMNS[min(before.count(","), len(COLUMNS) - 1)] if quote else ""


def _what(figure: PublishedFigure) -> tuple[object, ...]:
    """What a figure speaks of, and when it was said; two of the same would be two truths."""
    return tuple(getattr(figure, name) for name in SPEAKS_OF)


class _Words:
    """What a file may say, read once."""

    def __init__(self) -> None:
        self.provinces = Provinces.load()
        self.outputs = set(Indicator.objects.values_list("code", flat=True))
        self.said = {
            tuple(what): slug for slug, *what in PublishedFigure.objects.values_list("slug", *SPEAKS_OF)
        }


def _faults(row: dict[str, str], words: _Words) -> Iterator[tuple[str, str]]:
    """(column, sentence) for everything wrong in a line."""
    if None in row or None in row.values():
        yield "", f"Dòng phải có đúng {len(COLUMNS)} ô."
        return
    if broken := [name for name, text in row.items() if _CONTROL.search(text)]:
        yield broken[0], "Ô có ký tự xuống dòng hoặc ký tự điều khiển; kiểm tra dấu nháy kép của dòng này."
        return
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", row["id"], re.ASCII):
        yield "id", "Mã gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ nat-2021-plan-kcqg."
    published = _last_day(row["published"])
    if published is None:
        yield "published", "Ngày công bố ghi năm, năm-tháng hoặc năm-tháng-ngày, ví dụ 2022-07."
    elif row["published"] > today().isoformat():
        yield "published", "Ngày công bố ở tương lai."
    period = _period(row)
    if period is not None and published is not None and _too_early(row["indicator"], published, period):
        yield "published", "Công bố trước khi kỳ bắt đầu: kết quả của kỳ chưa thể có."
    if period is None:
        yield "period", "Năm và kỳ không hợp lệ: năm có 4 chữ số; kỳ là q1–q4, month1–month12 hoặc m1–m12."
    if row["programme"] not in PROGRAMMES:
        yield "programme", f"Chương trình là một trong: {', '.join(PROGRAMMES)}."
    if period is not None and not _is_scope(row["scope"], period, words):
        yield (
            "scope",
            (
                "Phạm vi là nation, north, central, south hoặc định danh của tỉnh, thành phố có vào cuối kỳ, "
                "ví dụ hai-phong."
            ),
        )
    yield from _value_faults(row, words)


def _value_faults(row: dict[str, str], words: _Words) -> Iterator[tuple[str, str]]:
    indicator, unit = row["indicator"], row["unit"]
    money = indicator in FIGURES or indicator in SHOWN_ONLY
    if not (money or indicator in RATES or indicator in COUNTS or indicator in words.outputs):
        yield "indicator", f"Không có chỉ tiêu “{indicator[:60]}”."
        return
    wanted = DONG if money else RATIO if indicator == "counterpart_per_support" else PERCENT
    if (unit != wanted) if money or indicator in RATES else unit in (DONG, PERCENT, RATIO):
        yield (
            "unit",
            (
                "Số tiền có đơn vị dong, tỷ lệ có đơn vị percent (vốn đối ứng trên một đồng hỗ trợ: ratio), chỉ tiêu "
                "đếm có đơn vị riêng (products …)."
            ),
        )
    if not re.fullmatch(r"[a-z_]{1,20}", unit, re.ASCII):
        yield "unit", "Đơn vị là một từ chữ thường không dấu, ví dụ dong, percent, products."
    if row["programme"] == AWARD and (money or indicator in RATES):
        yield "programme", "AWARD là bình chọn sản phẩm: không có số tiền và tỷ lệ kinh phí."
    value = _number(row["value"])
    if value is None:
        yield "value", "Giá trị là số viết liền, phần thập phân sau dấu chấm, ví dụ 75641000000 hoặc 42.55."
    elif indicator in RATES:
        if value.as_tuple().exponent < -2:  # type: ignore[operator]  # finite: the pattern lets nothing else through
            yield "value", "Tỷ lệ có nhiều nhất hai chữ số thập phân."
        elif abs(value) > LARGEST_RATE:
            yield "value", f"Tỷ lệ không thể lớn hơn {LARGEST_RATE}."
        elif value < (-100 if indicator in CHANGES else 0):
            yield "value", "Tỷ lệ không âm; mức giảm so với năm trước không quá 100%."
        elif indicator.startswith("share_") and value > 100:
            yield "value", "Tỷ trọng không quá 100%."
    elif value != value.to_integral_value() or value < 0:
        yield "value", "Số tiền và số đếm là số nguyên, không âm."
    elif value > LARGEST:
        yield "value", "Số này lớn hơn mọi số có thể có; kiểm tra lại các chữ số 0."


def _too_early(indicator: str, published: dt.date, period: Period) -> bool:
    """Whether what was done in a period is told before the period began. Plans and registrations may be."""
    done = (indicator in FIGURES or indicator in RATES) and indicator not in AHEAD
    return done and published < period.first_day


def _period(row: dict[str, str]) -> Period | None:
    if not re.fullmatch(r"\d{4}", row["year"], re.ASCII) or not FIRST_YEAR <= int(row["year"]) <= LAST_YEAR:
        return None
    try:
        return parse_period(row["period"], int(row["year"]))
    except ValueError:
        return None


def _is_scope(slug: str, period: Period, words: _Words) -> bool:
    return slug in (NATION, *Region.values) or words.provinces.named(slug, period.last_day) is not None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"-?\d{1,18}(\.\d{1,9})?", text, re.ASCII) else None


def _last_day(text: str) -> dt.date | None:
    """The last day that "2022", "2022-07" or "2022-07-15" can mean."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text, re.ASCII)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    try:
        return dt.date(year, month, int(match[3] or calendar.monthrange(year, month)[1]))
    except (ValueError, calendar.IllegalMonthError):
        return None


def _figure(row: dict[str, str]) -> PublishedFigure:
    published_on = _last_day(row["published"])
    assert published_on is not None  # a line with a fault makes no figure
    return PublishedFigure(
        slug=row["id"],
        published=row["published"],
        published_on=published_on,
        year=int(row["year"]),
        period=row["period"],
        scope=row["scope"],
        programme=row["programme"],
        indicator=row["indicator"],
        value=Decimal(row["value"]),
        unit=row["unit"],
        note=row["note"],
    )
