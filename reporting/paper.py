"""The report as a paper (Decree 30/2020): a frozen dataclass of texts, made from the figures; the template only sets
them. Amounts are written in million đồng with as many decimals as they have, rates with two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from khuyencong.lib.money import millions
from khuyencong.lib.paper import PaperFrame
from reporting.entries import FileLine
from reporting.published import ALL
from reporting.quarterly import GROUP_FIGURES, PROVINCE, RESIDUAL, Figures, Quarterly
from reporting.wording import (
    NOTES,
    PARTIAL,
    PROGRAMMES,
    UNKNOWN,
    amount_text,
    beside_text,
    count_text,
    millions_text,
    money_rows,
    where,
)

ANNEX_LINES = 300
"""Lines of an annex; what comes after stands in one line with its sum."""


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
    files when the report is a province's. ``marks`` are the notes that explain the letters behind the figures of a
    table, by the name of the table (money, groups, outputs, annex)."""

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
    replaces: str
    by_file: bool
    annex: tuple[Line, ...]
    annex_sum: Line
    starts_later: bool
    marks: Mapping[str, tuple[str, ...]]


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
    replaces: str = "",
) -> ReportPaper:
    """Write the figures of ``report``. ``files`` are the lines of a province's annex."""
    figures = {**report.by_programme, ALL: report.total}
    by_file = report.scope.is_province
    money = tuple(
        Line(row.label, tuple(row.write(figures[each]) for each in PROGRAMMES), indented=row.indented)
        for row in money_rows(report)
    )
    groups, outputs = _groups(report, names), _outputs(report, names, figures)
    group_sum = Line("Tổng cộng", tuple(amount_text(figures[each], name) for each, name in GROUP_COLUMNS))
    annex = _files(report, files) if by_file else _provinces(report)
    annex_sum = _files_sum(report) if by_file else _provinces_sum(report)
    return ReportPaper(
        frame=frame,
        reporter=reporter,
        place=where(report.scope),
        label=report.parameters.label,
        as_of=as_of,
        money=money,
        groups=groups,
        group_sum=group_sum,
        outputs=outputs,
        beside=tuple(beside_text(each) for each in report.beside),
        difficulties=difficulties,
        proposals=proposals,
        replaces=replaces,
        by_file=by_file,
        annex=annex,
        annex_sum=annex_sum,
        starts_later=report.parameters.starts_later,
        marks={
            "money": _marks(money),
            "groups": _marks((*groups, group_sum) if groups else ()),
            "outputs": _marks(outputs),
            "annex": _marks((*annex, annex_sum)),
        },
    )


GROUP_COLUMNS = [(programme, name) for programme in ("NATIONAL", "LOCAL") for name in ("planned", "executed")]

# -- Tables -------------------------------------------------------------------------------------------


def _groups(report: Quarterly, names: Names) -> tuple[Line, ...]:
    return tuple(
        Line(
            "Chưa phân rã theo nhóm"
            if line.number is None
            else names.groups.get(line.number, str(line.number)),
            tuple(millions_text(line.values[programme][name]) for programme, name in GROUP_COLUMNS),
            note="" if line.number is None else str(line.number),
        )
        for line in report.groups
    )


def _outputs(report: Quarterly, names: Names, figures: Mapping[str, Figures]) -> tuple[Line, ...]:
    lines = []
    for code in report.output_codes:
        name, unit, part = names.outputs.get(code, (code, "", False))
        if any(figures[programme].outputs_to_date.get(code) for programme in PROGRAMMES):
            cells = tuple(count_text(figures[programme], code) for programme in PROGRAMMES)
            since = (count_text(report.total, code, to_date=True),) if report.parameters.starts_later else ()
            lines.append(Line(name, (unit, *cells, *since), indented=part))
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
    """Of both programmes; with its mark when that of one of them is not known."""
    amounts = [each.values["counterpart"] for each in pair.values()]
    known = [amount for amount in amounts if amount is not None]
    unsure = len(known) < len(amounts) or any("counterpart" in each.partial for each in pair.values())
    if not known or (unsure and not any(known)):
        return UNKNOWN
    return f"{millions(sum(known))} {PARTIAL if unsure else ''}".rstrip()


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
        name: None
        if (whole := report.total.values[name]) is None
        else whole - sum(line.values[name] for line in files)
        for name in FILE_COLUMNS
    }
    if any(gap.values()):
        lines.append(
            Line("Chưa phân rã", ("", "", *(millions_text(gap[name]) for name in FILE_COLUMNS)), note="*")
        )
    return tuple(lines)


def _files_sum(report: Quarterly) -> Line:
    return Line("Tổng cộng", ("", "", *(amount_text(report.total, name) for name in FILE_COLUMNS)))


def _marks(lines: Sequence[Line]) -> tuple[str, ...]:
    """Explanations of the letters that really stand in a table."""
    cells = [cell for line in lines for cell in line.cells]
    found = [text for mark, text in NOTES.items() if any(cell.endswith(mark) for cell in cells)]
    if any(line.note == "*" for line in lines):
        found.append(
            "(*) Chưa phân rã: phần số đã công bố nhiều hơn (hoặc ít hơn) các dòng trong sổ kinh phí."
        )
    return tuple(found)
