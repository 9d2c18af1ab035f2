"""Nobody acts on his own work: who is a party to a file, and what such a person may not do on it (product.md §2; in the
database G14)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists

from accounts.models import OrganisationKind, Position, User, valid_on
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Guard, Step, must
from projects.models import Event, ProjectYear

OWN_WORK = frozenset(
    {
        "create",
        "submit",
        "add_own_task",
        "submit_implementation_plan",
        "start",
        "report_progress",
        "request_advance",
        "check_payment_request",
        "request_payment",
        "draw",
        "request_change",
    }
)
"""Acts that make a person a party to the file."""

NOT_ON_OWN_WORK = frozenset(
    {
        "appraise_department",
        "appraise_agency",
        "give_opinion",
        "propose",
        "approve",
        "appraise_allocation",
        "allocate",
        "contract",
        "assign_task",
        "confirm_progress",
        "check_advance",
        "advance",
        "accept",
        "confirm_settlement",
        "check_payment",
        "pay",
        "check_settlement",
        "settle",
        "confirm_refund",
        "approve_implementation_plan",
        "return_implementation_plan",
        "record_tender_result",
        "choose_selection_method",
        "confirm_change",
        "propose_change",
        "decide_change",
        "sign_annex",
        "stop",
        "propose_termination",
        "terminate",
        "carry_over",
        "cancel_budget",
    }
)
"""Acts that nobody does on his own work (product.md §2); the database refuses them too (G14)."""


BEFORE_APPROVAL = frozenset({"appraise_department", "appraise_agency", "propose"})
"""Acts after which the same person does not approve."""


@must("Người đã soạn, gửi, thực hiện hồ sơ không quyết định trên hồ sơ đó")
def nobody_acts_on_his_own_work(step: Step) -> str | None:
    """G14, by person over all positions: author, submitter, people of the implementing unit."""
    if step.action.name not in NOT_ON_OWN_WORK:
        return None
    if "party" not in step.facts:
        step.facts["party"] = is_party(step.subject, step.by.person_id, step.on)
    if step.facts["party"]:
        return (
            "Ông, bà đã soạn, gửi hoặc thực hiện đề án này nên không làm việc này được; người khác phải làm."
        )
    if (
        step.action.name == "approve"
        and Event.objects.filter(
            project_year=step.subject,
            action__in=BEFORE_APPROVAL,
            person_id=step.by.person_id,
        ).exists()
    ):
        return (
            "Ông, bà đã thẩm định hoặc trình đề án này nên không phê duyệt được; người khác phải phê duyệt."
        )
    return None


def is_party(year: ProjectYear, person: int, day: dt.date) -> bool:
    """Whether ``person`` wrote or moved the file for its unit, or holds a position there on ``day``, that of the paper,
    or today; one query."""
    if year.project.author.person_id == person:
        return True
    own = Event.objects.filter(project_year=year, action__in=OWN_WORK, person_id=person)
    if year.project.implementer.kind == OrganisationKind.AGENCY:
        # Its own task is judged by others of the agency (T36 article 6.2): only who worked on it is a party.
        return own.exists()
    there = Position.objects.filter(
        valid_on(day) | valid_on(today()), organisation_id=year.project.implementer_id, person_id=person
    )
    return User.objects.filter(Exists(own) | Exists(there), pk=person).exists()


def confirmed_by_another(action: str) -> Guard:
    """Local money: confirming and deciding are two persons (chain.md §3.4)."""

    @must("Người xác nhận không đồng thời quyết định chi")
    def guard(step: Step) -> str | None:
        last = Event.objects.filter(project_year=step.subject, action=action).order_by("-pk").first()
        if last is not None and last.person_id == step.by.person_id:
            return (
                "Ông, bà là người đã xác nhận nên không đồng thời quyết định chi; người khác phải quyết định."
            )
        return None

    return guard
