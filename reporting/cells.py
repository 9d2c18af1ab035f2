"""One figure of one place, programme and budget year, and how the cells above are made of those below.

Every cell, from the province up to the nation, answers in the same order (../shared/design/figures.md): the ledger
once it was declared complete, else what was published for this very cell, else the sum of the cells below.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from budgets.models import Programme
from projects.models import Indicator
from reporting.ledger import (
    AGENCY,
    INTER_PROVINCIAL,
    Place,
    View,
    money_sums,
    output_sums,
    views_of,
)
from reporting.parameters import Parameters
from reporting.published import ALL, CompleteLedgers, PublishedFigures
from reporting.scopes import NATION, Scope, Unit

PROGRAMMES: tuple[str, ...] = tuple(Programme.values)


@dataclass(frozen=True)
class Value:
    """``amount`` None: not known, which is not 0. ``printed``: ids of the published figures that it is. ``mixed``:
    something below it is only published; a sum of such, or with an unknown part, is ``partial``, for nobody knows
    what stands beside it."""

    amount: int | None = None
    printed: tuple[str, ...] = ()
    mixed: bool = False
    partial: bool = False

    @property
    def sure(self) -> int | None:
        """The amount as one side of a rate: none when it is partial."""
        return None if self.partial else self.amount


def default_view(figure: str) -> View:
    """How a report shows the figure: in its only view, or of the period."""
    views = views_of(figure)
    return views[0] if len(views) == 1 else View.PERIOD


def add(parts: Sequence[Value], *, partial: bool = False) -> Value:
    """The sum of what is known, partial when ``partial``, or when a part is or is not known at all.

    Nothing but zeros beside what is not known is no sum: the report would print a 0 that nobody can answer for."""
    known = [part.amount for part in parts if part.amount is not None]
    unknown = len(known) < len(parts)
    mixed = any(part.printed or part.mixed for part in parts)
    if not known or (unknown and not any(known)):
        return Value(mixed=mixed)
    return Value(
        sum(known),
        mixed=mixed,
        partial=partial or unknown or any(part.partial for part in parts),
    )


class Book:
    """Everything that the cells of one report are made of, read once: sums, published figures, which ledgers are
    complete. ``units``, ``places`` and ``wholes`` are its cells by programme."""

    def __init__(self, parameters: Parameters, scope: Scope) -> None:
        self.parameters, self.scope = parameters, scope
        self.members = None if scope.slug == NATION else scope.members
        years = range(parameters.first_year - (not parameters.is_range), parameters.period.year + 1)
        money = money_sums(parameters, self.members, years)
        outputs = output_sums(parameters, self.members, years)
        self.sums = {key: {**money.get(key, {}), **outputs.get(key, {})} for key in {*money, *outputs}}
        as_of, recorded_by = parameters.as_of, parameters.recorded_by
        self.published = PublishedFigures(years, scope.provinces, as_of=as_of, recorded_by=recorded_by)
        self.complete = CompleteLedgers(years, scope.provinces, as_of=as_of, recorded_by=recorded_by)
        self.codes = self._output_codes()
        places: list[Place] = [at for at in (INTER_PROVINCIAL, AGENCY) if at in {key[0] for key in self.sums}]
        self.units = {each: [UnitCells(self, each, unit) for unit in scope.units] for each in PROGRAMMES}
        self.places = {each: [PlaceCells(self, each, at) for at in places] for each in PROGRAMMES}
        self.wholes = {each: WholeCells(self, each) for each in PROGRAMMES}

    def _output_codes(self) -> tuple[str, ...]:
        """Indicators that occur in the report's own years, booked or published, in the order of the report form."""
        years = self.parameters.years
        found = {name for (_, _, year), cell in self.sums.items() if year in years for name, _ in cell}
        found = found.union(*(self.published.indicators_of(year) for year in years))
        ordered = Indicator.objects.order_by("group__number", "order", "pk").values_list("code", flat=True)
        return tuple(dict.fromkeys(code for code in ordered if code in found))

    def booked(self, at: Place, programme: str, year: int, figure: str, view: View, *, known: bool) -> Value:
        """The ledger's word for one place; ``known``: the ledger is complete, so nothing booked means 0."""
        return Value(self.sums.get((at, programme, year), {}).get((figure, view), 0 if known else None))

    def leaf(self, pk: int, programme: str, year: int, figure: str, view: View) -> Value:
        """One provincial unit of any time, by itself."""
        known = self.complete.holds([pk], year)
        if not known:
            period = self.parameters.period
            printed = self.published.of_province(pk, programme, year, figure, view, period)
            if printed is not None:
                return Value(printed.amount, (printed.slug,))
        return self.booked(pk, programme, year, figure, view, known=known)


class Cells(ABC):
    """The cells of one row, or of the whole. Subclasses say what a figure is in one budget year."""

    def __init__(self, book: Book, programme: str) -> None:
        self.book, self.programme = book, programme
        self._years: dict[tuple[int, str, View], Value] = {}

    @abstractmethod
    def find(self, year: int, figure: str, view: View) -> Value: ...

    def of_year(self, year: int, figure: str, view: View) -> Value:
        key = (year, figure, view)
        if key not in self._years:
            self._years[key] = self.find(year, figure, view)
        return self._years[key]

    def value(self, figure: str, view: View | None = None, *, back: int = 0) -> Value:
        """The figure in the report's years, or ``back`` years earlier (of a range of years nothing)."""
        parameters = self.book.parameters
        view = view or default_view(figure)
        if back:
            return (
                Value() if parameters.is_range else self.of_year(parameters.period.year - back, figure, view)
            )
        years = [self.of_year(year, figure, view) for year in parameters.years]
        return years[0] if len(years) == 1 else add(years)


class UnitCells(Cells):
    """A province of the report's boundaries, with the units that it took over."""

    def __init__(self, book: Book, programme: str, unit: Unit) -> None:
        super().__init__(book, programme)
        self.unit = unit

    def find(self, year: int, figure: str, view: View) -> Value:
        own = self.book.leaf(self.unit.pk, self.programme, year, figure, view)
        if own.printed or len(self.unit.members) == 1:
            return own
        leaves = [self.book.leaf(pk, self.programme, year, figure, view) for pk in self.unit.members]
        return add(leaves, partial=any(leaf.printed for leaf in leaves))


class PlaceCells(Cells):
    """What belongs to no province of these boundaries: the agency's own work, files of several provinces."""

    def __init__(self, book: Book, programme: str, at: Place) -> None:
        super().__init__(book, programme)
        self.at = at

    def find(self, year: int, figure: str, view: View) -> Value:
        known = self.book.complete.holds_scope(self.book.scope, year)
        return self.book.booked(self.at, self.programme, year, figure, view, known=known)


class WholeCells(Cells):
    """The scope itself, of one programme."""

    def find(self, year: int, figure: str, view: View) -> Value:
        book, scope = self.book, self.book.scope
        if scope.is_province and not book.places[self.programme]:
            return book.units[self.programme][0].of_year(year, figure, view)
        if not book.complete.holds_scope(scope, year):
            period = book.parameters.period
            printed = book.published.of_scope(scope, self.programme, year, figure, view, period)
            if printed is not None:
                return Value(printed.amount, (printed.slug,))
        unplaced = [PlaceCells(book, self.programme, pk) for pk in sorted(scope.unplaced)]
        below: list[Cells] = [*book.units[self.programme], *book.places[self.programme], *unplaced]
        parts = [cells.of_year(year, figure, view) for cells in below]
        return add(parts, partial=any(part.printed or part.mixed for part in parts))


class TotalCells(Cells):
    """Both programmes: what was published for all, else their sum."""

    def __init__(self, book: Book) -> None:
        super().__init__(book, ALL)

    def find(self, year: int, figure: str, view: View) -> Value:
        book, scope = self.book, self.book.scope
        if not book.complete.holds_scope(scope, year):
            period = book.parameters.period
            printed = (
                book.published.of_province(scope.units[0].pk, ALL, year, figure, view, period)
                if scope.is_province
                else book.published.of_scope(scope, ALL, year, figure, view, period)
            )
            if printed is not None:
                return Value(printed.amount, (printed.slug,))
        return add([whole.of_year(year, figure, view) for whole in book.wholes.values()])


class DifferenceCells(Cells):
    """What ``whole`` has more (or less) than its ``parts`` together: published, but not broken down. Beside a
    partial sum of these parts nobody knows how much that is."""

    def __init__(self, whole: Cells, parts: Sequence[Cells]) -> None:
        super().__init__(whole.book, whole.programme)
        self.whole, self.parts = whole, parts

    def find(self, year: int, figure: str, view: View) -> Value:
        whole = self.whole.of_year(year, figure, view)
        if whole.amount is None:
            return Value()
        rest = whole.amount - sum(part.of_year(year, figure, view).amount or 0 for part in self.parts)
        return Value(rest if rest or not whole.partial else None)
