"""Reads of the file: what a position may see, the lists, one file with all its panels.

The wall (accounts/tenancy.py) already hides other tenants; ``visible_to`` says what an organisation sees inside its
own: the centre its files, the department what was sent, finance and committee the local plan.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import (
    IMPLEMENTING_KINDS,
    UNIT_KINDS,
    Consortium,
    Organisation,
    OrganisationKind,
    Position,
    Tenant,
)
from accounts.queries import merged_bodies
from accounts.tenancy import readable_tenants
from budgets.models import Programme
from khuyencong.lib.vietnamese import fold
from projects.models import (
    Appraisal,
    BeneficiaryShare,
    ChangeOutcome,
    ChangeRequest,
    ChangeType,
    Contract,
    ContractItem,
    Document,
    Establishment,
    Event,
    FileMove,
    ListAct,
    ProgressReport,
    Project,
    ProjectYear,
)
from projects.states import IN_LOCAL_PLAN, IN_PLAN, SENDINGS, State

Body = OrganisationKind


def files_visible_to(position: Position) -> QuerySet[ProjectYear]:
    """Files that ``position`` may open, with what a list shows: of a project over years each budget year."""
    return with_places(ProjectYear.objects.all()).filter(_seen_by(position))


def last_sending(year: ProjectYear) -> Event | None:
    """The act by which the file was sent last, with what it said; None for a draft."""
    return year.events.filter(action__in=SENDINGS).order_by("-pk").first()


OF_FILE = (
    "project__implementer", "project__activity", "project__province", "project__author", "procedure",
    "project__tenant__consortium",
)  # fmt: skip
"""What a page shows of any file; with it ``Project.provinces`` asks nothing but for files that are shared."""
PLACES = "project__tenant__consortium__places"
"""The provinces of shared files, to be fetched ahead."""


def with_places(rows: QuerySet[ProjectYear]) -> QuerySet[ProjectYear]:
    """The files with their unit, activity and provinces; one more query where some of them are shared."""
    return rows.select_related(*OF_FILE).prefetch_related(PLACES)


def in_province(**which: object) -> Q:
    """Condition on budget years: the work lies, alone or with others, in the province that ``which`` names."""
    shared = Consortium.objects.filter(**{f"provinces__{name}": value for name, value in which.items()})
    alone = Q(**{f"project__province__{name}": value for name, value in which.items()})
    return alone | Q(project__tenant__in=shared.values("tenant"))


def at_place_of(organisation: Organisation) -> Q:
    """Condition on budget years: the work lies in the province of a provincial body, so that the file is its tenant's
    or shared with it."""
    shared = Consortium.objects.filter(provinces=organisation.province_id).values("tenant")
    return Q(tenant_id=organisation.tenant_id) | Q(tenant__in=shared)


def _seen_by(position: Position) -> Q:
    organisation = position.organisation
    kind = organisation.kind
    if kind in UNIT_KINDS:
        return Q(project__implementer=organisation)
    if kind == Body.CENTRE:
        inherited = Q(
            project__tenant__in=_inherited(position),
            project__tenant__kind=Tenant.Kind.PROVINCE,
            project__implementer__kind=Body.CENTRE,
        )
        shared = Q(project__implementer__successor=organisation) | Q(  # what a predecessor had closed
            project__implementer__successor__successor=organisation
        )
        return Q(project__implementer=organisation) | inherited | shared
    if kind == Body.DEPARTMENT:
        return Q(submission__gt=0)
    if kind in {Body.FINANCE_DEPARTMENT, Body.PEOPLES_COMMITTEE}:
        return Q(project__programme=Programme.LOCAL, state__in=IN_LOCAL_PLAN)
    # What the agency itself drafts is the nation's behind the wall; to others it comes when it is put into the plan.
    drafted_elsewhere = ~Q(project__implementer__kind=Body.AGENCY)
    first = Q(year=F("project__year")) & (Q(submission__gt=0) | drafted_elsewhere)
    # A later budget year stands with its project behind the wall; it comes to the nation by an act of its own, as the
    # first one did.
    come = Event.objects.filter(project_year=OuterRef("pk"), to_state__in=[State.REGISTERED, State.APPROVED])
    sent = Q(sent_to_nation=True) & (first | (~Q(year=F("project__year")) & Q(Exists(come))))
    if kind == Body.AGENCY:
        return sent | Q(project__implementer=organisation)
    if kind in {Body.MINISTRY, Body.MINISTRY_FINANCE}:
        return sent
    if kind == Body.AUDIT:
        scope = position.scope_province
        return sent & (in_province(pk=scope.pk) if scope else Q())
    return Q(pk__in=[])


def _inherited(position: Position) -> list[int]:
    """Tenants that the position's province took over: its successor reads their closed files."""
    own = position.organisation.tenant_id
    return [tenant for tenant in readable_tenants(position) if tenant != own]


def given_back(reports: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
    """Those of ``reports`` that the department gave back and that no other report of the month has replaced."""
    again = ProgressReport.objects.filter(
        project_year=OuterRef("project_year"), month=OuterRef("month"), returned__isnull=True
    )
    return reports.filter(returned__isnull=False).exclude(Exists(again))


def returned_reports(year: ProjectYear) -> list[ProgressReport]:
    """Progress reports of the file to be written again, the oldest month first, with the act that gave them back."""
    found: list[ProgressReport] = []
    for report in given_back(year.progress_reports.all()).select_related("returned").order_by("month", "-pk"):
        if report.month not in {each.month for each in found}:
            found.append(report)
    return found


def standing_reports(year: ProjectYear) -> QuerySet[ProgressReport]:
    """Progress reports of the file that the department did not give back."""
    return year.progress_reports.filter(returned__isnull=True)


def owes_no_report_yet(limit: dt.date) -> Q:
    """Condition on budget years: the contract, or task, begins on ``limit``, the last day for the report of a month,
    or after it. The first report due is that whose day lies after the beginning: before there is nothing to tell."""
    items = ContractItem.objects.filter(project_year=OuterRef("pk"))
    return Q(Exists(items)) & ~Q(Exists(items.filter(contract__starts_on__lt=limit)))


def standing(action: str, *ended_by: str) -> QuerySet[Event]:
    """Acts ``action`` on files after which none of ``ended_by`` came: a request that waits, what is not void."""
    later = Event.objects.filter(
        project_year=OuterRef("project_year"), action__in=ended_by, pk__gt=OuterRef("pk")
    )
    return Event.objects.filter(action=action).exclude(Exists(later))


def dossiers() -> QuerySet[Event]:
    """Requests with which units handed in a dossier of settlement, but those that were given back."""
    return standing("request_payment", "return_settlement")


def settlement_dossier(year: ProjectYear) -> Event | None:
    """The dossier of settlement that the file has; None when there is none, or it was given back."""
    found = dossiers().filter(project_year=year).select_related("paper", "person")
    return found.order_by("-pk").first()


def contract_item(year: ProjectYear) -> ContractItem | None:
    """The file's part of the contract, or task, that holds it: the latest."""
    return year.contract_items.select_related("contract").order_by("-pk").first()


def contract_of(year: ProjectYear) -> Contract | None:
    """The contract, or task, that holds the file: the latest."""
    item = contract_item(year)
    return item.contract if item is not None else None


def earlier_contract(year: ProjectYear) -> Contract | None:
    """The latest contract, itself no annex, of an earlier budget year of the project with who carries it out now, or
    with whom that body took over: what an annex is to."""
    if not year.is_later_year:
        return None
    contracts = Contract.objects.filter(
        items__project_year__project=year.project_id,
        items__project_year__year__lt=year.year,
        party_b__in=merged_bodies(year.project.implementer),
        annex_of__isnull=True,
    )
    return contracts.select_related("paper").order_by("items__project_year__year", "pk").last()


def implementers_on(day: dt.date, projects: Iterable[Project]) -> dict[int, Organisation]:
    """Who implemented each project on ``day``, by its id: a change of organisations since then had another do it. One
    query."""
    found = {project.pk: project.implementer for project in projects}
    moves = FileMove.objects.filter(project__in=list(found), moved_on__gt=day).select_related(
        "from_implementer"
    )
    for move in moves.order_by("-moved_on", "-pk"):
        found[move.project_id] = move.from_implementer
    return found


def implementer_on(project: Project, day: dt.date) -> Organisation:
    """Who implemented the project on ``day``; one query."""
    return implementers_on(day, [project])[project.pk]


def working_year(year: ProjectYear) -> int:
    """The year in which the work ends: the budget year, and one more for each extension that was decided."""
    extended = year.changes.filter(outcome=ChangeOutcome.APPROVED, type=ChangeType.EXTEND_NEXT_YEAR)
    return year.year + extended.count()


def shares_at(event: Event) -> list[BeneficiaryShare]:
    """Shares that stood when ``event`` happened: those that ended later still do, those that took a place later do
    not yet."""
    rows = BeneficiaryShare.every.filter(
        Q(ended_by__isnull=True) | Q(ended_by__gt=event.pk),
        Q(replaces__isnull=True) | Q(replaces__ended_by__lte=event.pk),
        project_year_id=event.project_year_id,
    )
    return list(rows.order_by("pk"))


_OF_A_YEAR = re.compile(r"(?P<code>.+-\d{4}-\d{4,})-(?P<year>\d{4})", re.ASCII)
"""The address of one budget year of a project over years (``ProjectYear.address``)."""


def at_address(address: str) -> Q:
    """Condition on budget years: those that the address names, a project's code or one with a year."""
    if (named := _OF_A_YEAR.fullmatch(address)) is None:
        return Q(project__code=address)
    return Q(project__code=named["code"], year=int(named["year"]))


def find_file(position: Position, address: str) -> ProjectYear:
    """The one door to a file, for page, API, export and job: by its address; the code alone names the latest budget
    year that ``position`` sees. Raises ProjectYear.DoesNotExist (404)."""
    changes = ChangeRequest.objects.filter(project_year=OuterRef("pk"))
    files = files_visible_to(position).select_related("project__author__person")
    return files.annotate(was_asked_to_change=Exists(changes)).filter(at_address(address)).latest("year")


def years_seen(year: ProjectYear, position: Position) -> list[ProjectYear]:
    """The files of the project's budget years that ``position`` may open, the first first; one query, none for a
    project of one year."""
    if year.project.years_planned == 1:
        return [year]
    return list(files_visible_to(position).filter(project=year.project_id).order_by("year"))


def was_asked_to_change(year: ProjectYear) -> bool:
    """Whether a change of the file was ever asked; no query for a file that ``find_file`` found."""
    known: bool | None = getattr(year, "was_asked_to_change", None)
    return year.changes.exists() if known is None else known


def find_document(position: Position, pk: int) -> Document:
    """A document of a file that ``position`` may open. Raises Document.DoesNotExist (404)."""
    return Document.objects.select_related("project_year__project").get(
        pk=pk, removed_at__isnull=True, project_year__in=files_visible_to(position)
    )


def search_files(rows: QuerySet[ProjectYear], text: str) -> QuerySet[ProjectYear]:
    """Files whose code, title, province or activity holds every word of ``text``, marks and case forgiven; the one
    budget year whose address it is."""
    if _OF_A_YEAR.fullmatch(address := text.strip().upper()):
        return rows.filter(at_address(address))
    for word in fold(text).split():
        rows = rows.filter(project__search__contains=word)
    return rows


def may_read_register(position: Position) -> bool:
    """Whether the register of establishments is opened to the position's body."""
    readers = IMPLEMENTING_KINDS | {Body.DEPARTMENT, Body.AGENCY, Body.MINISTRY, Body.AUDIT}
    return position.organisation.kind in readers


def establishments_visible_to(position: Position) -> QuerySet[Establishment]:
    """The register that ``position`` may read: province bodies their own, national bodies what was sent to them, an
    auditor of one province what stands in it."""
    if not may_read_register(position):
        return Establishment.objects.none()
    rows = Establishment.objects.select_related("province")
    scope = position.scope_province
    return rows.filter(province=scope) if scope else rows


def search_establishments(rows: QuerySet[Establishment], text: str) -> QuerySet[Establishment]:
    for word in fold(text).split():
        rows = rows.filter(search__contains=word)
    return rows


def lists_visible_to(position: Position) -> QuerySet[ListAct]:
    """List acts that ``position`` may open. A province's body sees those of its files' route; a centre none but
    decisions that name its files."""
    rows = ListAct.objects.select_related("paper", "organisation", "person", "position")
    kind = position.organisation.kind
    if kind in {Body.FINANCE_DEPARTMENT, Body.PEOPLES_COMMITTEE}:
        return rows.filter(programme=Programme.LOCAL, tenant__isnull=False)
    if kind in IMPLEMENTING_KINDS:
        return rows.filter(
            action__in=["approve", "allocate"], lines__project_year__in=files_visible_to(position)
        ).distinct()
    if kind == Body.DEPARTMENT:
        return rows.filter(
            Q(tenant__isnull=False) | Q(lines__isnull=False, action__in=["approve", "allocate"])
        ).distinct()
    if kind == Body.AUDIT and position.scope_province_id is not None:
        return rows.filter(lines__project_year__in=files_visible_to(position)).distinct()
    return rows


def events_of(year: ProjectYear) -> QuerySet[Event]:
    """The route log of a file, oldest first, with people and papers; one query."""
    return (
        Event.objects.filter(project_year=year)
        .select_related("person", "position__organisation", "organisation", "paper", "list_act__paper")
        .annotate(code=F("project_year__project__code"))
        .order_by("pk")
    )


def appraisals_of(year: ProjectYear) -> list[tuple[Appraisal, bool]]:
    """Appraisals of a file, newest first, each with whether it still holds: a later return makes it void."""
    returned = (
        Event.objects.filter(project_year=year, action="return")
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    ) or 0
    rows = year.appraisals.select_related("paper", "event__person", "event__position__organisation").order_by(
        "-pk"
    )
    return [(row, row.submission == year.submission and row.event_id > returned) for row in rows]


def meant_amounts(years: Iterable[ProjectYear]) -> dict[int, int]:
    """What a list with its default verdict comes to for each file, in đồng, by its key: of a plan that is being
    allocated what is still to give (projects/conditions.py adds it to the rows), of an approved one its support, else
    what is recommended."""
    files = list(years)
    recommended = recommended_amounts(year for year in files if year.state not in IN_PLAN)
    return {year.pk: getattr(year, "plan_left", recommended.get(year.pk, year.support)) for year in files}


def recommended_amounts(years: Iterable[ProjectYear]) -> dict[int, int]:
    """What the last appraisal of the present submission recommends for each file, in đồng, by its key; without one
    the support in force. One query; the same as ``guards.proposed_amount`` file by file."""
    files = list(years)
    found = {year.pk: year.support for year in files}
    submissions = {year.pk: year.submission for year in files}
    rows = Appraisal.objects.filter(project_year__in=list(found)).order_by("pk")
    for key, submission, recommended in rows.values_list("project_year_id", "submission", "recommended"):
        if submissions[key] == submission:
            found[key] = recommended
    return found
