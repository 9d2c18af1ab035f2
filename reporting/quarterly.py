"""The period report: parameters → sums → cells → rows, programmes, total. Page, PDF and JSON show what is made here.

What each figure means: ../shared/design/figures.md; how it comes out of the ledger: reporting/ledger.py; ledger or
published, and how rows sum up: reporting/cells.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from khuyencong.lib.numbers import percent, ratio
from reporting.cells import (
    PROGRAMMES,
    Book,
    Cells,
    DifferenceCells,
    PlaceCells,
    TotalCells,
    UnitCells,
    default_view,
)
from reporting.ledger import AGENCY, FIGURES, GROUP, INTER_PROVINCIAL, View, money_by
from reporting.parameters import Parameters
from reporting.published import ALL, Published
from reporting.scopes import Scope, resolve

PROVINCE, RESIDUAL = "province", "residual"
ROW_NAMES = {RESIDUAL: "Chưa phân rã", INTER_PROVINCIAL: "Liên tỉnh", AGENCY: "Cục"}
TO_DATE_FIGURES = ("contracted", "executed", "disbursed", "counterpart")
"""Figures of which the report also says what they came to since 1 January."""

GROUP_FIGURES = ("planned", "allocated", "executed", "disbursed")

RATES = (
    "allocated_of_planned",
    "executed_of_planned",
    "disbursed_of_allocated",
    "executed_cumulative_of_planned",
    "planned_year_on_year",
    "executed_year_on_year",
    "counterpart_per_support",
)
TOTAL_RATES = ("share_national", "share_local", "planned_vs_previous_executed")


@dataclass(frozen=True)
class Figures:
    """The figures of one row. ``values`` in đồng, of the year or of the period as defined; ``to_date`` in đồng since
    1 January; ``rates`` in percent (counterpart_per_support: đồng on one đồng), two decimals; ``outputs`` in their
    units, of the period and since 1 January. None: cannot be computed. ``partial`` and ``published`` (figure → id)
    mark single figures, those since 1 January as ``cumulative`` names them; ``estimated`` is what people expect of
    the year, in đồng, never part of a sum of figures."""

    values: Mapping[str, int | None]
    to_date: Mapping[str, int | None]
    rates: Mapping[str, Decimal | None]
    outputs: Mapping[str, int | None]
    outputs_to_date: Mapping[str, int | None]
    partial: frozenset[str] = frozenset()
    published: Mapping[str, str] = field(default_factory=dict)
    estimated: int | None = None

    @property
    def is_empty(self) -> bool:
        shown = (self.values, self.to_date, self.outputs, self.outputs_to_date)
        return not any(amount for amounts in shown for amount in amounts.values())

    def is_sure(self, figure: str) -> bool:
        """Whether the ledger answers for the whole of it: neither unknown, nor partial, nor published."""
        return self.values[figure] is not None and figure not in self.partial and figure not in self.published


@dataclass(frozen=True)
class Row:
    """A line of the report. ``kind`` is PROVINCE, RESIDUAL, INTER_PROVINCIAL or AGENCY; only a province has a slug."""

    kind: str
    slug: str | None
    name: str
    programme: str
    figures: Figures


@dataclass(frozen=True)
class GroupLine:
    """State money of one activity group in đồng, by programme and figure; without a number, what was published and
    is not broken down."""

    number: int | None
    values: Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True)
class Source:
    """Where a figure comes from: "ledger", or "published" with the id; ``province`` only for a row's own, ``year``
    only in a range of years."""

    figure: str
    programme: str
    origin: str
    slug: str | None = None
    province: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Quarterly:
    """``beside``: what was published for the same scope and period and is shown for checking, never counted."""

    parameters: Parameters
    scope: Scope
    rows: tuple[Row, ...]
    by_programme: Mapping[str, Figures]
    total: Figures
    sources: tuple[Source, ...]
    groups: tuple[GroupLine, ...]
    beside: tuple[Published, ...]

    @property
    def output_codes(self) -> tuple[str, ...]:
        return tuple(self.total.outputs)


def scope_of(parameters: Parameters) -> Scope:
    """The scope that the parameters name. Raises NoSuchScope."""
    return resolve(parameters.scope, boundaries=parameters.boundaries, day=parameters.boundary_day)


def cumulative(figure: str) -> str:
    """What the figure since 1 January is called where it stands beside that of the period."""
    return f"{figure}_cumulative"


def quarterly(
    parameters: Parameters,
    *,
    scope: Scope | None = None,
    estimates: Mapping[str, int | None] | None = None,
) -> Quarterly:
    """Compute the report inside the caller's scope of the wall; the number of queries does not depend on rows.

    ``estimates``: expected execution of the year in đồng by programme, as people entered it. Raises NoSuchScope."""
    book = Book(parameters, scope or scope_of(parameters))
    expected = {programme: (estimates or {}).get(programme) for programme in PROGRAMMES}
    by_programme = {
        programme: replace(_figures(book.wholes[programme]), estimated=expected[programme])
        for programme in PROGRAMMES
    }
    known = [amount for amount in expected.values() if amount is not None]
    return Quarterly(
        parameters=parameters,
        scope=book.scope,
        rows=tuple(_rows(book)),
        by_programme=by_programme,
        total=replace(_total(book), estimated=sum(known) if known else None),
        sources=tuple(_sources(book)),
        groups=_groups(book, by_programme),
        beside=tuple(
            each
            for year in parameters.years
            for each in book.published.beside(book.scope, year, parameters.period)
        ),
    )


def _rows(book: Book) -> Iterator[Row]:
    """Provinces that have something, rows beside them, then what makes up the difference to each programme."""
    for pair in zip(*(book.units[programme] for programme in PROGRAMMES), strict=True):
        for cells in pair:
            figures = _figures(cells)
            if book.scope.is_province or not figures.is_empty:
                yield Row(PROVINCE, cells.unit.slug, cells.unit.name, cells.programme, figures)
    others: list[PlaceCells] = [cells for programme in PROGRAMMES for cells in book.places[programme]]
    for place in others:
        figures = _figures(place)
        if not figures.is_empty:
            yield Row(str(place.at), None, ROW_NAMES[str(place.at)], place.programme, figures)
    differences = [
        DifferenceCells(book.wholes[programme], [*book.units[programme], *book.places[programme]])
        for programme in PROGRAMMES
    ]
    for rest in [*differences, DifferenceCells(TotalCells(book), list(book.wholes.values()))]:
        figures = _figures(rest, with_rates=False)
        if not figures.is_empty:
            yield Row(RESIDUAL, None, ROW_NAMES[RESIDUAL], rest.programme, figures)


def _figures(cells: Cells, *, with_rates: bool = True) -> Figures:
    codes = cells.book.codes
    shown = {name: cells.value(name) for name in (*FIGURES, *codes)}
    to_date = {name: cells.value(name, View.TO_DATE) for name in (*TO_DATE_FIGURES, *codes)}
    marked = {**shown, **{cumulative(name): value for name, value in to_date.items()}}
    return Figures(
        values={name: shown[name].amount for name in FIGURES},
        to_date={name: to_date[name].amount for name in TO_DATE_FIGURES},
        rates=_rates(cells) if with_rates else dict.fromkeys(RATES),
        outputs={code: shown[code].amount for code in codes},
        outputs_to_date={code: to_date[code].amount for code in codes},
        partial=frozenset(name for name, value in marked.items() if value.partial),
        published={name: value.printed[0] for name, value in marked.items() if value.printed},
    )


def _rates(cells: Cells) -> dict[str, Decimal | None]:
    planned, allocated, executed, disbursed = (cells.value(name).sure for name in GROUP_FIGURES)
    counterpart = cells.value("counterpart").sure
    return {
        "allocated_of_planned": _percent(allocated, planned),
        "executed_of_planned": _percent(executed, planned),
        "disbursed_of_allocated": _percent(disbursed, allocated),
        "executed_cumulative_of_planned": _percent(cells.value("executed", View.TO_DATE).sure, planned),
        "planned_year_on_year": _change(planned, cells.value("planned", back=1).sure),
        "executed_year_on_year": _change(executed, cells.value("executed", back=1).sure),
        "counterpart_per_support": None if counterpart is None else ratio(counterpart, executed),
    }


def _total(book: Book) -> Figures:
    """The total, with the rates that only it has."""
    cells = TotalCells(book)
    figures = _figures(cells)
    planned = cells.value("planned").sure
    national, local = (book.wholes[programme].value("planned").sure for programme in PROGRAMMES)
    last_year = cells.value("executed", View.FULL, back=1).sure
    own = {
        "share_national": _percent(national, planned),
        "share_local": _percent(local, planned),
        "planned_vs_previous_executed": _change(planned, last_year),
    }
    return replace(figures, rates={**figures.rates, **own})


def _percent(part: int | None, base: int | None) -> Decimal | None:
    return None if part is None else percent(part, base)


def _change(this: int | None, last: int | None) -> Decimal | None:
    """Percent change against ``last``."""
    return None if this is None or last is None else percent(this - last, last)


def _sources(book: Book) -> Iterator[Source]:
    """Where the figures of programmes and total come from, then which figures of rows are only published; of a range
    of years year by year."""
    for year in book.parameters.years:
        shown = year if book.parameters.is_range else None
        for source in _sources_of(book, year):
            yield replace(source, year=shown)


def _sources_of(book: Book, year: int) -> Iterator[Source]:
    names = [(name, name, default_view(name)) for name in (*FIGURES, *book.codes)]
    if book.parameters.starts_later:
        names += [(cumulative(name), name, View.TO_DATE) for name in (*TO_DATE_FIGURES, *book.codes)]
    said: set[str] = set()
    for cells in (*book.wholes.values(), TotalCells(book)):
        for shown, name, view in names:
            value = cells.of_year(year, name, view)
            yield from (Source(shown, cells.programme, "published", slug) for slug in value.printed)
            said.update(value.printed if cells.programme != ALL else ())
            if value.amount is not None and not value.printed and not value.mixed and cells.programme != ALL:
                yield Source(shown, cells.programme, "ledger")
    for cells in (unit for units in book.units.values() for unit in units):
        for shown, name, view in names:
            for slug, province in _printed_below(cells, year, name, view):
                if slug not in said:
                    yield Source(shown, cells.programme, "published", slug, province)


def _printed_below(cells: UnitCells, year: int, name: str, view: View) -> Iterable[tuple[str, str]]:
    """Ids of the published figures that a province's figure is made of, with the slug of their own unit."""
    book = cells.book
    value = cells.of_year(year, name, view)
    if value.printed or not value.mixed:
        return [(slug, cells.unit.slug) for slug in value.printed]
    return [
        (slug, book.scope.provinces.rows[pk].slug)
        for pk in sorted(cells.unit.members)
        for slug in book.leaf(pk, cells.programme, year, name, view).printed
    ]


def _groups(book: Book, by_programme: Mapping[str, Figures]) -> tuple[GroupLine, ...]:
    """Nothing booked in a group is 0 only where the ledger answers for the whole."""
    nothing = {
        programme: {name: 0 if figures.is_sure(name) else None for name in GROUP_FIGURES}
        for programme, figures in by_programme.items()
    }
    found: dict[int, dict[str, dict[str, int | None]]] = {}
    for (number, programme, _), cell in money_by(GROUP, book.parameters, book.members).items():
        assert isinstance(number, int)
        line = found.setdefault(number, {each: dict(nothing[each]) for each in PROGRAMMES})
        for name in GROUP_FIGURES:
            booked = cell.get((name, default_view(name)))
            if booked is not None:
                line[programme][name] = (line[programme][name] or 0) + booked
    lines = [GroupLine(number, found[number]) for number in sorted(found)]
    rest = {
        programme: {
            name: None
            if (whole := figures.values[name]) is None
            else whole - sum(line[programme][name] or 0 for line in found.values())
            for name in GROUP_FIGURES
        }
        for programme, figures in by_programme.items()
    }
    if any(amount for amounts in rest.values() for amount in amounts.values()):
        lines.append(GroupLine(None, rest))
    return tuple(lines)
