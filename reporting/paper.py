"""The report as a paper (Decree 30/2020): a frozen dataclass of texts, made from the figures; the template only sets
them. Amounts are written in million đồng with as many decimals as they have, rates with two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.template.loader import render_to_string

from khuyencong.lib.money import millions
from khuyencong.lib.numbers import decimal_text, grouped, rate_text
from khuyencong.lib.paper import PaperFrame
from reporting.entries import FileLine
from reporting.published import ALL, Published
from reporting.quarterly import GROUP_FIGURES, PROVINCE, RESIDUAL, Figures, Quarterly
from reporting.scopes import NATION, Scope

UNKNOWN = "–"
PUBLISHED, PARTIAL, ESTIMATE = "(a)", "(b)", "(c)"
NOTES = {
    PUBLISHED: "(a) Số liệu đã công bố, chưa có trong sổ kinh phí.",
    PARTIAL: "(b) Tổng chưa đủ: có phần chỉ là số đã công bố; không tính tỷ lệ.",
    ESTIMATE: "(c) Số ước do đơn vị báo cáo nhập, không cộng vào số thực hiện.",
}
ANNEX_LINES = 300
"""Lines of an annex; what comes after stands in one line with its sum."""

PROGRAMMES = {"NATIONAL": "KCQG", "LOCAL": "KCĐP", ALL: "Tổng số"}


@dataclass(frozen=True)
class Line:
    """A line of a table: its name, its cells as texts, whether it is a sum."""

    name: str
    cells: tuple[str, ...]
    note: str = ""
    indented: bool = False


@dataclass(frozen=True, kw_only=True)
class ReportPaper:
    """``place`` reads "trên địa bàn thành phố Hải Phòng", ``label`` "quý III năm 2026". The annex has provinces, or
    files when the report is a province's. ``marks`` are the notes that explain letters behind figures."""

    frame: PaperFrame
    reporter: str
    place: str
    label: str
    as_of: str
    money: tuple[Line, ...]
    groups: tuple[Line, ...]
    group_sum: Line
    outputs: tuple[Line, ...]
    beside: tuple[str, ...]
    difficulties: str
    proposals: str
    by_file: bool
    annex: tuple[Line, ...]
    annex_sum: Line
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """What codes are called: activity groups by number, indicators by code with unit and whether they are part of
    another one."""

    groups: Mapping[int, str]
    outputs: Mapping[str, tuple[str, str, bool]]


def report_html(paper: ReportPaper) -> str:
    return render_to_string("reporting/papers/quarterly.html", {"paper": paper, "frame": paper.frame})


def report_paper(
    report: Quarterly,
    frame: PaperFrame,
    names: Names,
    *,
    reporter: str,
    as_of: str,
    files: Sequence[FileLine] = (),
    difficulties: str = "",
    proposals: str = "",
) -> ReportPaper:
    """Write the figures of ``report``. ``files`` are the lines of a province's annex."""
    figures = {**report.by_programme, ALL: report.total}
    by_file = report.scope.is_province
    paper = ReportPaper(
        frame=frame,
        reporter=reporter,
        place=where(report.scope),
        label=report.parameters.label,
        as_of=as_of,
        money=_money(report, figures),
        groups=_groups(report, names),
        group_sum=Line("Tổng cộng", tuple(amount_text(figures[each], name) for each, name in GROUP_COLUMNS)),
        outputs=_outputs(report, names, figures),
        beside=tuple(beside_text(each) for each in report.beside),
        difficulties=difficulties,
        proposals=proposals,
        by_file=by_file,
        annex=_files(report, files) if by_file else _provinces(report),
        annex_sum=_files_sum(report) if by_file else _provinces_sum(report),
        marks=(),
    )
    return ReportPaper(**{**vars(paper), "marks": _marks(paper)})


def where(scope: Scope) -> str:
    """The scope inside a sentence: "trên địa bàn tỉnh Phú Thọ", "khu vực phía Bắc", "trên cả nước"."""
    if scope.is_province:
        return f"trên địa bàn {scope.name}"
    return f"trên {scope.name}" if scope.slug == NATION else scope.name


# -- Texts of single figures ----------------------------------------------------------------------------


def amount_text(figures: Figures, name: str, *, to_date: bool = False) -> str:
    """An amount in million đồng with its mark; unknown "–"."""
    amount = (figures.to_date if to_date else figures.values).get(name)
    if amount is None:
        return UNKNOWN
    mark = (
        PARTIAL if name in figures.partial else PUBLISHED if name in figures.published and not to_date else ""
    )
    return f"{millions(amount)} {mark}".rstrip()


def _millions(amount: int | None) -> str:
    return UNKNOWN if amount is None else millions(amount)


def percent_text(rate: Decimal | None) -> str:
    return UNKNOWN if rate is None else rate_text(rate)


def change_text(rate: Decimal | None) -> str:
    """A change in percent with its sign: "+12,33%"."""
    return UNKNOWN if rate is None else f"{'+' if rate > 0 else ''}{rate_text(rate)}"


def estimate_text(figures: Figures) -> str:
    return UNKNOWN if figures.estimated is None else f"{millions(figures.estimated)} {ESTIMATE}"


def beside_text(figure: Published) -> str:
    """A published figure that is shown and not counted, with where it is from."""
    value = (
        f"{decimal_text(figure.value)}%"
        if figure.unit == "percent"
        else f"{millions(figure.amount)} triệu đồng"
        if figure.unit == "dong"
        else decimal_text(figure.value)
    )
    return f"{BESIDE.get(figure.indicator, figure.indicator)}: {value} (công bố {published_text(figure.published)})"


def published_text(written: str) -> str:
    """A day of publication as it was written, "2021-12-10" or "2022-07", in Vietnamese order."""
    return "/".join(reversed(written.split("-")))


BESIDE = {
    "allocated_of_planned": "Tỷ lệ kinh phí được giao so với kế hoạch",
    "executed_of_planned": "Tỷ lệ thực hiện so với kế hoạch",
    "disbursed_of_allocated": "Tỷ lệ giải ngân so với kinh phí được giao",
    "planned_year_on_year": "Kế hoạch so với cùng kỳ",
    "executed_year_on_year": "Thực hiện so với cùng kỳ",
    "planned_vs_previous_executed": "Kế hoạch so với thực hiện năm trước",
    "share_national": "Tỷ trọng khuyến công quốc gia",
    "share_local": "Tỷ trọng khuyến công địa phương",
    "counterpart_per_support": "Vốn đối ứng trên một đồng hỗ trợ",
    "total_support_published": "Tổng kinh phí hỗ trợ nêu trong báo cáo (không rõ thành phần)",
    "provinces_registered": "Số tỉnh, thành phố đã đăng ký kế hoạch",
    "products_entered": "Sản phẩm tham gia bình chọn",
    "products_entered_handicraft": "Nhóm thủ công mỹ nghệ",
    "products_entered_food": "Nhóm nông, lâm, thủy sản và thực phẩm",
    "products_entered_machinery": "Nhóm thiết bị, máy móc, dụng cụ, phụ tùng cơ khí",
    "products_entered_other": "Nhóm sản phẩm khác",
    "products_certified": "Sản phẩm được cấp Giấy chứng nhận",
    "products_forwarded": "Sản phẩm được gửi bình chọn cấp trên",
}


GROUP_COLUMNS = [(programme, name) for programme in ("NATIONAL", "LOCAL") for name in ("planned", "executed")]

# -- Tables -------------------------------------------------------------------------------------------


def _money(report: Quarterly, figures: Mapping[str, Figures]) -> tuple[Line, ...]:
    """Figure by figure, for both programmes and the total."""
    cumulative = report.parameters.period.first_month == 1
    one = (figures["NATIONAL"], figures["LOCAL"], figures[ALL])

    def amounts(label: str, name: str, *, to_date: bool = False, indented: bool = False) -> Line:
        cells = tuple(amount_text(each, name, to_date=to_date) for each in one)
        return Line(label, cells, indented=indented)

    def rates(label: str, name: str, *, change: bool = False) -> Line:
        write = change_text if change else percent_text
        return Line(label, tuple(write(each.rates.get(name)) for each in one), indented=True)

    share = (
        percent_text(report.total.rates["share_national"]),
        percent_text(report.total.rates["share_local"]),
        percent_text(Decimal(100) if report.total.rates["share_national"] is not None else None),
    )
    lines = [
        amounts("Kế hoạch được phê duyệt cả năm", "planned"),
        Line("Tỷ trọng", share, indented=True),
        rates("So với cùng kỳ năm trước", "planned_year_on_year", change=True),
        amounts("Kinh phí được giao", "allocated"),
        rates("So với kế hoạch", "allocated_of_planned"),
        amounts("Giá trị hợp đồng, nhiệm vụ đã ký, giao trong kỳ", "contracted"),
        amounts("Thực hiện (nghiệm thu) trong kỳ", "executed"),
        rates("So với kế hoạch năm", "executed_of_planned"),
        rates("So với cùng kỳ năm trước", "executed_year_on_year", change=True),
    ]
    if not cumulative:
        lines += [
            amounts("Thực hiện lũy kế từ đầu năm", "executed", to_date=True),
            rates("So với kế hoạch năm", "executed_cumulative_of_planned"),
        ]
    lines += [
        amounts("Giải ngân trong kỳ", "disbursed"),
        rates("So với kinh phí được giao", "disbursed_of_allocated"),
        amounts("Quyết toán trong kỳ", "settled"),
        amounts("Vốn đối ứng theo kế hoạch cả năm", "counterpart_planned"),
        amounts("Vốn đối ứng thực hiện trong kỳ", "counterpart"),
    ]
    ratio = report.total.rates["counterpart_per_support"]
    lines.append(
        Line(
            "Vốn đối ứng trên một đồng hỗ trợ (đồng)",
            ("", "", UNKNOWN if ratio is None else decimal_text(ratio, 2)),
            indented=True,
        )
    )
    if any(each.estimated is not None for each in one):
        lines.append(Line("Ước thực hiện cả năm", tuple(estimate_text(each) for each in one)))
    return tuple(lines)


def _groups(report: Quarterly, names: Names) -> tuple[Line, ...]:
    return tuple(
        Line(
            "Chưa phân rã theo nhóm"
            if line.number is None
            else names.groups.get(line.number, str(line.number)),
            tuple(_millions(line.values[programme][name]) for programme, name in GROUP_COLUMNS),
            note="" if line.number is None else str(line.number),
        )
        for line in report.groups
    )


def _outputs(report: Quarterly, names: Names, figures: Mapping[str, Figures]) -> tuple[Line, ...]:
    lines = []
    for code in report.output_codes:
        name, unit, part = names.outputs.get(code, (code, "", False))
        counts = [figures[programme].outputs.get(code) for programme in ("NATIONAL", "LOCAL", ALL)]
        if any(counts):
            cells = tuple(UNKNOWN if count is None else grouped(count) for count in counts)
            lines.append(Line(name, (unit, *cells), indented=part))
    return tuple(lines)


PROVINCE_COLUMNS = [(programme, name) for programme in ("NATIONAL", "LOCAL") for name in GROUP_FIGURES]


def _provinces(report: Quarterly) -> tuple[Line, ...]:
    """One line a place: the amounts of both programmes and the counterpart of both."""
    places: dict[tuple[str, str | None], dict[str, Figures]] = {}
    for row in report.rows:
        places.setdefault((row.kind, row.slug), {})[row.programme] = row.figures
    titles = {(row.kind, row.slug): row.name for row in report.rows}
    return tuple(
        Line(
            titles[key] if set(pair) != {ALL} else f"{titles[key]} theo chương trình",
            (*_both(pair), _counterpart(pair)),
            note="" if key[0] == PROVINCE else "*" if key[0] == RESIDUAL else "",
        )
        for key, pair in places.items()
    )


def _both(pair: Mapping[str, Figures]) -> tuple[str, ...]:
    return tuple(
        amount_text(pair[programme], name) if programme in pair else UNKNOWN
        for programme, name in PROVINCE_COLUMNS
    )


def _counterpart(pair: Mapping[str, Figures]) -> str:
    known = [each.values["counterpart"] for each in pair.values() if each.values["counterpart"] is not None]
    return millions(sum(known)) if known else UNKNOWN


def _provinces_sum(report: Quarterly) -> Line:
    return Line("Tổng cộng", (*_both(report.by_programme), amount_text(report.total, "counterpart")))


FILE_COLUMNS = (*GROUP_FIGURES, "counterpart")


def _files(report: Quarterly, files: Sequence[FileLine]) -> tuple[Line, ...]:
    """One line a file; what the files do not explain (published, not broken down) closes the list."""
    lines = [
        Line(
            f"{line.year.project.title} ({line.year.project.code})",
            (
                "; ".join(share.establishment.name for share in line.year.shares.all()),
                PROGRAMMES[line.programme],
                *(millions(line.values[name]) for name in FILE_COLUMNS),
            ),
            note=str(number),
        )
        for number, line in enumerate(files[:ANNEX_LINES], start=1)
    ]
    rest = {name: sum(line.values[name] for line in files[ANNEX_LINES:]) for name in FILE_COLUMNS}
    if any(rest.values()):
        count = len(files) - ANNEX_LINES
        lines.append(
            Line(f"{count} đề án còn lại", ("", "", *(millions(rest[name]) for name in FILE_COLUMNS)))
        )
    gap = {
        name: (report.total.values[name] or 0) - sum(line.values[name] for line in files)
        for name in FILE_COLUMNS
    }
    if any(gap.values()):
        lines.append(
            Line("Chưa phân rã", ("", "", *(millions(gap[name]) for name in FILE_COLUMNS)), note="*")
        )
    return tuple(lines)


def _files_sum(report: Quarterly) -> Line:
    return Line("Tổng cộng", ("", "", *(amount_text(report.total, name) for name in FILE_COLUMNS)))


def _marks(paper: ReportPaper) -> tuple[str, ...]:
    """Explanations of the letters that really stand on the paper."""
    lines = (*paper.money, *paper.groups, paper.group_sum, *paper.outputs, *paper.annex, paper.annex_sum)
    cells = [cell for line in lines for cell in line.cells]
    found = [text for mark, text in NOTES.items() if any(cell.endswith(mark) for cell in cells)]
    if any(line.note == "*" for line in paper.annex):
        found.append(
            "(*) Chưa phân rã: phần số đã công bố nhiều hơn (hoặc ít hơn) các dòng trong sổ kinh phí."
        )
    return tuple(found)
