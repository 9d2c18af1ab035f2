"""The report on the screen: the same figures as on paper, each with the address of what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.reference import MERGER
from khuyencong.lib.charts import Series, bars, columns
from khuyencong.lib.maps import choropleth
from khuyencong.lib.money import millions
from reporting.entries import FileLine
from reporting.parameters import Parameters
from reporting.published import ALL
from reporting.quarterly import GROUP_FIGURES, PROVINCE, RESIDUAL, Figures, Quarterly
from reporting.scopes import NATION
from reporting.wording import (
    FIGURE_NAMES,
    PROGRAMME_NAMES,
    PROGRAMMES,
    UNKNOWN,
    amount_text,
    beside_text,
    count_text,
    millions_text,
    money_rows,
)

BARS = 15
"""Provinces in the chart; the table has them all."""
MILLION = Decimal(10**6)


@dataclass(frozen=True)
class Cell:
    """A figure as text; ``url`` opens what stands behind it, ``about`` says for screen readers what it is."""

    text: str
    url: str = ""
    about: str = ""


@dataclass(frozen=True)
class Line:
    name: str
    cells: tuple[Cell, ...]
    url: str = ""
    note: str = ""
    indented: bool = False


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """A file of a province's report, amounts as texts in million đồng; ``url`` empty for who may not open it."""

    title: str
    code: str
    url: str
    beneficiaries: str
    programme: str
    planned: str
    allocated: str
    executed: str
    disbursed: str
    counterpart: str


@dataclass(frozen=True)
class Links:
    """Addresses of the report's own pages with its parameters."""

    parameters: Parameters

    def page(self, name: str = "report_page", **changes: str) -> str:
        words = {**self.parameters.as_words(), **changes}
        code = words.pop("code")
        return f"{reverse(name, args=[code])}?{urlencode(words)}"

    def figure(
        self, figure: str, programme: str, *, row: str = "", group: int | None = None, to_date: bool = False
    ) -> str:
        more = {"figure": figure, "programme": programme, "row": row}
        more |= {"group": str(group)} if group is not None else {}
        more |= {"to_date": "1"} if to_date else {}
        return self.page("report_figure", **more)


@dataclass(frozen=True)
class ReportPage:
    """Everything that the template sets: tables of texts and links, pictures."""

    money: tuple[Line, ...]
    groups: tuple[Line, ...]
    outputs: tuple[Line, ...]
    places: tuple[Line, ...]
    places_sum: Line
    files: tuple[FileRow, ...]
    beside: tuple[str, ...]
    pictures: tuple[SafeString, ...] = ()
    marks: Mapping[str, bool] = field(default_factory=dict)


def report_page(
    report: Quarterly,
    *,
    groups: Mapping[int, str],
    outputs: Mapping[str, tuple[str, str, bool]],
    files: Sequence[FileLine] = (),
    openable: frozenset[int] = frozenset(),
) -> ReportPage:
    """Tables and pictures of ``report``. ``openable``: ids of the files (budget years) that the reader may open."""
    links = Links(report.parameters)
    figures = {**report.by_programme, ALL: report.total}
    return ReportPage(
        money=tuple(
            Line(
                row.label,
                tuple(
                    Cell(
                        text := row.write(figures[programme]),
                        links.figure(row.figure, programme, to_date=row.to_date)
                        if row.figure and text != UNKNOWN
                        else "",
                        PROGRAMME_NAMES[programme],
                    )
                    for programme in PROGRAMMES
                ),
                indented=row.indented,
            )
            for row in money_rows(report)
        ),
        groups=tuple(_group(report, links, groups)),
        outputs=tuple(_outputs(report, links, outputs, figures)),
        places=() if report.scope.is_province else tuple(_places(report, links)),
        places_sum=_places_sum(report, links),
        files=tuple(_file(line, openable) for line in files),
        beside=tuple(beside_text(each) for each in report.beside),
        pictures=tuple(_pictures(report, links)),
        marks={
            "published": any(each.origin == "published" for each in report.sources),
            "partial": bool(report.total.partial)
            or any(each.partial for each in report.by_programme.values())
            or any(row.figures.partial for row in report.rows),
            "residual": any(row.kind == RESIDUAL for row in report.rows),
        },
    )


def _group(report: Quarterly, links: Links, names: Mapping[int, str]) -> list[Line]:
    return [
        Line(
            "Chưa phân rã theo nhóm" if line.number is None else names.get(line.number, str(line.number)),
            tuple(
                Cell(
                    millions_text(line.values[programme][name]),
                    links.figure(name, programme, group=line.number)
                    if line.number is not None and line.values[programme][name]
                    else "",
                    f"{FIGURE_NAMES[name]}, {PROGRAMME_NAMES[programme]}",
                )
                for programme, name in COLUMNS
            ),
            note="" if line.number is None else str(line.number),
        )
        for line in report.groups
    ]


COLUMNS = [(programme, name) for programme in ("NATIONAL", "LOCAL") for name in GROUP_FIGURES]


def _outputs(
    report: Quarterly,
    links: Links,
    names: Mapping[str, tuple[str, str, bool]],
    figures: Mapping[str, Figures],
) -> list[Line]:
    lines = []
    for code in report.output_codes:
        name, unit, part = names.get(code, (code, "", False))
        if any(figures[programme].outputs_to_date.get(code) for programme in PROGRAMMES):
            asked = [(programme, False) for programme in PROGRAMMES]
            asked += [(ALL, True)] if report.parameters.starts_later else []
            cells = tuple(
                Cell(
                    text := count_text(figures[programme], code, to_date=to_date),
                    links.figure(code, programme, to_date=to_date) if text not in (UNKNOWN, "0") else "",
                    f"{PROGRAMME_NAMES[programme]}, lũy kế từ đầu năm"
                    if to_date
                    else PROGRAMME_NAMES[programme],
                )
                for programme, to_date in asked
            )
            lines.append(Line(name, cells, note=unit, indented=part))
    return lines


def _places(report: Quarterly, links: Links) -> list[Line]:
    """One line a province or other row, both programmes side by side, with executed of planned over both."""
    pairs: dict[tuple[str, str | None, str], dict[str, Figures]] = {}
    for row in report.rows:
        pairs.setdefault((row.kind, row.slug, row.name), {})[row.programme] = row.figures
    lines = []
    for (kind, slug, name), pair in pairs.items():
        at = "" if kind == RESIDUAL else slug or kind
        cells = []
        for programme, figure in COLUMNS:
            text = amount_text(pair[programme], figure) if programme in pair else UNKNOWN
            url = links.figure(figure, programme, row=at) if at and text not in (UNKNOWN, "0") else ""
            cells.append(Cell(text, url, f"{FIGURE_NAMES[figure]}, {PROGRAMME_NAMES[programme]}"))
        if set(pair) == {ALL}:
            name = f"{name} theo chương trình: kế hoạch {amount_text(pair[ALL], 'planned')}"
        url = links.page(scope=slug) if kind == PROVINCE and slug else ""
        lines.append(Line(name, tuple(cells), url=url))
    return lines


def _places_sum(report: Quarterly, links: Links) -> Line:
    return Line(
        "Tổng cộng",
        tuple(
            Cell(
                text := amount_text(report.by_programme[programme], name),
                links.figure(name, programme) if text != UNKNOWN else "",
                f"{FIGURE_NAMES[name]}, {PROGRAMME_NAMES[programme]}",
            )
            for programme, name in COLUMNS
        ),
    )


def _file(line: FileLine, openable: frozenset[int]) -> FileRow:
    project = line.year.project
    amounts = {name: millions(line.values[name]) for name in (*GROUP_FIGURES, "counterpart")}
    return FileRow(
        title=project.title,
        code=project.code,
        url=reverse("file", args=[line.year.address]) if line.year.pk in openable else "",
        beneficiaries="; ".join(share.establishment.name for share in line.year.shares.all()),
        programme=PROGRAMMES[line.programme],
        **amounts,
    )


def _pictures(report: Quarterly, links: Links) -> list[SafeString]:
    """Money by programme for a province; otherwise the provinces with most money, for the nation on the map too."""
    if report.scope.is_province:
        named = {
            "planned": "Kế hoạch",
            "allocated": "Được giao",
            "executed": "Thực hiện",
            "disbursed": "Giải ngân",
        }
        series = [
            Series(
                label,
                [_picture_value(report.by_programme[each].values[name]) for each in ("NATIONAL", "LOCAL")],
            )
            for name, label in named.items()
        ]
        if not any(value for one in series for value in one.values):
            return []
        title = "Kinh phí theo chương trình"
        return [columns(title, unit="triệu đồng", categories=["KCQG", "KCĐP"], series=series)]
    planned, executed = _of_provinces(report, "planned"), _of_provinces(report, "executed")
    shown = sorted(planned, key=lambda slug: -(planned[slug] or 0))[:BARS]
    if not shown:
        return []
    names = {unit.slug: unit.name for unit in report.scope.units}
    pictures = [
        bars(
            "Kế hoạch và thực hiện, cả hai chương trình",
            unit="triệu đồng",
            categories=[names[slug] for slug in shown],
            series=[
                Series("Kế hoạch năm", [planned[slug] for slug in shown]),
                Series("Thực hiện trong kỳ", [executed.get(slug) for slug in shown]),
            ],
            links=[links.page(scope=slug) for slug in shown],
        )
    ]
    if report.scope.slug == NATION:
        pictures.append(
            choropleth(
                planned,
                title="Kế hoạch năm theo tỉnh, thành phố",
                unit="triệu đồng",
                boundaries="now" if report.scope.day >= MERGER else "then",
                links={slug: links.page(scope=slug) for slug in planned},
            )
        )
    return pictures


def _of_provinces(report: Quarterly, name: str) -> dict[str, Decimal | None]:
    """State money of both programmes in million đồng by province that has any."""
    found: dict[str, int] = {}
    for row in report.rows:
        amount = row.figures.values[name]
        if row.kind == PROVINCE and row.slug is not None and amount is not None:
            found[row.slug] = found.get(row.slug, 0) + amount
    return {slug: _picture_value(amount) for slug, amount in found.items()}


def _picture_value(amount: int | None) -> Decimal | None:
    """Million đồng; a bar cannot show less than nothing."""
    return None if amount is None else max(Decimal(amount), Decimal(0)) / MILLION
