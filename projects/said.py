"""What was said of files before they are decided on a list: asked, recommended at each level, earlier verdicts.

Every function takes all files of a list at once and asks the database the same few questions whatever their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.queries import last_names
from budgets.queries import Balance, balances
from khuyencong.lib.money import dong
from projects.models import Appraisal, Event, ListLine, ProjectYear
from projects.models.route import Opinion
from projects.queries import recommended_amounts
from projects.states import IN_PLAN
from projects.workflow import rows_of

MONEY_ACTS = frozenset({"allocate", "appraise_allocation"})
"""Acts on the plan in force; the others look at what is asked and recommended."""


@dataclass(frozen=True)
class Said:
    """One earlier word on a file: ``verdict`` with its amount, by whom under which paper, and why."""

    verdict: str
    by: str
    reason: str


@dataclass(frozen=True)
class Recommended:
    """What one level recommends, in đồng; ``against``: it recommends no support."""

    amount: int
    against: bool


def default_amounts(action: str, years: Sequence[ProjectYear]) -> dict[int, int]:
    """What the list act gives each file where no other amount is typed, in đồng, by its key: of the plan in force what
    is still to be allocated, before that what is recommended."""
    if action not in MONEY_ACTS:
        return recommended_amounts(years)
    sums = balances(year.pk for year in years)
    found = {year.pk: sums.get(year.pk, Balance()) for year in years}
    return {key: money.planned - money.allocated for key, money in found.items()}


def asked_amounts(years: Sequence[ProjectYear]) -> dict[int, int]:
    """Support that the unit asked for, in đồng. Approval replaces it in the file itself; the appraisal has seen it."""
    found = {year.pk: year.support for year in years}
    approved = [year for year in years if year.state in IN_PLAN]
    seen = Event.objects.filter(
        project_year__in=approved, action__in=["appraise_department", "appraise_agency"]
    )
    for key, figures in seen.order_by("pk").values_list("project_year_id", "figures"):
        found[key] = figures.get("support", found[key])
    return found


def recommendations(years: Sequence[ProjectYear]) -> dict[int, dict[str, Recommended]]:
    """The last appraisal of the present submission at each level (``AppraisalLevel``), by file."""
    found: dict[int, dict[str, Recommended]] = {year.pk: {} for year in years}
    submissions = {year.pk: year.submission for year in years}
    rows = Appraisal.objects.filter(project_year__in=years).order_by("pk")
    for key, submission, level, amount, opinion in rows.values_list(
        "project_year_id", "submission", "level", "recommended", "opinion"
    ):
        if submissions[key] == submission:
            found[key][level] = Recommended(amount, opinion == Opinion.NOT_RECOMMENDED)
    return found


def earlier_verdicts(years: Sequence[ProjectYear]) -> dict[int, list[Said]]:
    """Opinions and verdicts of earlier lists on each file, oldest first.

    A list that took a file on to the next desk without a word says nothing of it."""
    found: dict[int, list[Said]] = {year.pk: [] for year in years}
    silent = Q(list_act__action__in=["register", "propose"], verdict="INCLUDE", reason="")
    rows = list(
        ListLine.objects.filter(project_year__in=years)
        .exclude(silent)
        .select_related("list_act__paper")
        .order_by("pk")
    )
    names = last_names({row.list_act.organisation_id for row in rows})
    for row in rows:
        body = names.get(row.list_act.organisation_id)
        parts = [body.name if body else "", str(row.list_act.paper or "")]
        found[row.project_year_id].append(
            Said(_verdict(row), ", ".join(filter(None, parts)), row.reason or row.list_act.comment)
        )
    return found


def _verdict(line: ListLine) -> str:
    """As "Cho ý kiến: Thống nhất", with the amount where it was decided."""
    rows = rows_of(line.list_act.action, line.list_act.programme)
    labels = {verdict.name: verdict.label for row in rows for verdict in row.verdicts}
    said = ": ".join(filter(None, [rows[0].label if rows else "", labels.get(line.verdict, "")]))
    return f"{said}, {dong(line.amount)}" if line.amount is not None else said
