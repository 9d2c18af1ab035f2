"""Files on a list, with what the list says of each: rows of the annexes of reports and decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from accounts.models import OrganisationName
from accounts.queries import names_on
from budgets.models import EntryKind, LedgerEntry, Programme, Source
from khuyencong.lib.numbers import grouped
from projects import queries
from projects.models import Appraisal, Event, ListAct, ProjectYear
from projects.papers.from_files.contents import Content, contents_of
from projects.papers.parts import Funding
from projects.queries import PLACES
from projects.states import SENDINGS

RELATED = (
    "project__implementer", "project__activity__group", "project__province", "project__tenant__consortium", "round",
)  # fmt: skip
"""What a row of an annex shows of its file beyond the content that was sent."""


@dataclass(frozen=True)
class Listed:
    """One file of a list: what it had sent, and the money that the list gives it, đồng by source."""

    year: ProjectYear
    content: Content
    funding: Funding
    coming: Mapping[str, int] = field(default_factory=dict)
    """Of the first year of a project over several: coming year → đồng that its last appraisal recommends."""

    @property
    def years(self) -> str:
        """What a line says of a project over several years; "" for others."""
        project = self.year.project
        if project.years_planned == 1:
            return ""
        if self.year.is_later_year:
            return f"phần năm {self.year.year} của đề án các năm {project.year} – {project.last_year}"
        parts = {str(self.year.year): self.funding.support} | dict(self.coming)
        total = sum(parts.values())
        split = "; ".join(f"năm {year}: {grouped(amount)}" for year, amount in parts.items())
        return f"các năm {project.year} – {project.last_year}, tổng hỗ trợ {grouped(total)}: {split}"


def listed(list_act: ListAct, verdicts: Iterable[str]) -> list[Listed]:
    """Files of ``list_act`` that got one of ``verdicts``, in the order of their codes; three queries.

    The amount is what the line decided; the counterpart is the file's at that moment, other money as sent."""
    events = {event.project_year_id: event for event in Event.objects.filter(list_act=list_act)}
    contents = contents_of(events.values())
    found = []
    lines = list_act.lines.filter(verdict__in=list(verdicts))
    for line in lines.select_related(*(f"project_year__{name}" for name in RELATED)).prefetch_related(
        f"project_year__{PLACES}"
    ):
        event = events[line.project_year_id]
        content = contents[event.pk]
        funding = _funding(
            line.project_year, content, support=line.amount or 0, counterpart=event.figures["counterpart"]
        )
        found.append(Listed(line.project_year, content, funding))
    return _in_order(_with_coming(found, events))


def _with_coming(rows: list[Listed], events: Mapping[int, Event]) -> list[Listed]:
    """What was recommended for the coming years when the list was decided; one query where it holds such files."""
    firsts = [row.year.pk for row in rows if row.year.project.years_planned > 1]
    if not firsts:
        return rows
    coming: dict[int, Mapping[str, int]] = {}
    for appraisal in Appraisal.objects.filter(project_year__in=firsts).order_by("pk"):
        event = events.get(appraisal.project_year_id)
        if event is None or appraisal.event_id < event.pk:
            coming[appraisal.project_year_id] = appraisal.coming
    return [replace(row, coming=coming.get(row.year.pk, {})) for row in rows]


def approved(list_act: ListAct) -> list[Listed]:
    """Files that the decision ``list_act`` approved, each with what it booked in the ledger as ``approved``."""
    booked: dict[int, dict[str, int]] = {}
    entries = LedgerEntry.objects.filter(event__list_act=list_act, kind=EntryKind.APPROVED)
    for key, source, amount in entries.values_list("project_year_id", "source", "amount"):
        if key is not None:
            of_file = booked.setdefault(key, {})
            of_file[source] = of_file.get(source, 0) + amount
    return [
        replace(
            row,
            funding=Funding(
                national=booked[row.year.pk].get(Source.NATIONAL, 0),
                local=booked[row.year.pk].get(Source.LOCAL, 0),
                counterpart=booked[row.year.pk].get(Source.COUNTERPART, 0),
            ),
        )
        for row in listed(list_act, ("APPROVE", "AMEND"))
    ]


def proposed(years: Iterable[ProjectYear]) -> list[Listed]:
    """Files that may go on a list next, each with what its last valid appraisal recommends; three queries."""
    rows = {
        year.pk: year
        for year in ProjectYear.objects.filter(pk__in=[year.pk for year in years])
        .select_related(*RELATED)
        .prefetch_related(PLACES)
    }
    recommended = {
        appraisal.project_year_id: appraisal.recommended
        for appraisal in Appraisal.objects.filter(project_year__in=rows).order_by("pk")
        if appraisal.submission == rows[appraisal.project_year_id].submission
    }
    sent = {
        event.project_year_id: event
        for event in Event.objects.filter(project_year__in=rows, action__in=SENDINGS).order_by("pk")
    }
    found = []
    for key, year in rows.items():
        content = Content(sent[key].snapshot or {}, sent[key])
        funding = _funding(
            year, content, support=recommended.get(key, year.support), counterpart=year.counterpart
        )
        found.append(Listed(year, content, funding))
    return _in_order(_with_coming(found, {}))


def _funding(year: ProjectYear, content: Content, *, support: int, counterpart: int) -> Funding:
    national = year.project.programme == Programme.NATIONAL
    return Funding(
        national=support if national else 0,
        local=0 if national else support,
        counterpart=counterpart,
        other=content.funding.other,
    )


def _in_order(rows: list[Listed]) -> list[Listed]:
    return sorted(rows, key=lambda row: row.year.project.code)


def by_activity_group(rows: Iterable[Listed]) -> dict[str, list[Listed]]:
    """Rows under the headings of the nine activity groups, in their order."""
    return _grouped(sorted(rows, key=lambda row: row.year.project.activity.group.number), _group_name)


def by_province(rows: Iterable[Listed]) -> dict[str, list[Listed]]:
    """Rows under the headings of their provinces, in the Vietnamese order; then those of several, last the agency's
    own."""
    return _grouped(sorted(rows, key=_province_order), _province_name)


def _grouped(rows: Iterable[Listed], heading: Callable[[Listed], str]) -> dict[str, list[Listed]]:
    groups: dict[str, list[Listed]] = {}
    for row in rows:
        groups.setdefault(heading(row), []).append(row)
    return groups


def _group_name(row: Listed) -> str:
    return row.year.project.activity.group.name


def _province_order(row: Listed) -> tuple[int, str]:
    project = row.year.project
    if project.province is not None:
        return (0, project.province.name_sort)
    return (1, project.place_name) if project.provinces else (2, "")


def _province_name(row: Listed) -> str:
    project = row.year.project
    several = project.province is None and bool(project.provinces)
    return f"Liên tỉnh: {project.place_name}" if several else project.place_name


def implementers_on(day: dt.date, rows: Iterable[Listed]) -> dict[int, OrganisationName]:
    """Names that the implementing units of ``day`` bore then, by project id; two queries."""
    bodies = queries.implementers_on(day, [row.year.project for row in rows])
    names = names_on(day, bodies.values())
    return {project: names[body.pk] for project, body in bodies.items()}


def plan_round(rows: Iterable[Listed]) -> str:
    """The registration round from which all of them come, in running text; empty when there are several."""
    names = {row.year.round.name if row.year.round else "" for row in rows}
    name = names.pop() if len(names) == 1 else ""
    return name[:1].lower() + name[1:]
