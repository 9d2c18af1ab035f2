"""What becomes of each column that names a unit, a body, a position or an establishment when a change carries files and
people elsewhere. A new column fails tests/succession/test_columns.py until somebody has thought about it here."""

from __future__ import annotations

from django.db import connection

from accounts.models import Position
from accounts.tenancy import acting_as
from accounts.wall import header_models, walled_models

LEADS = "leads"
"""Follows: no open file, and nobody who holds a position, is left with what has ended."""

ENDS = "ends"
"""The row has a last day: it ends with the eve of the change."""

PAST = "past"
"""Says who did it, or whose it was, on its day."""

RULES = "rules"
"""A rule or an expectation of the old unit, which goes on for the files that were begun under it; the new unit has its
own (docs/huong-dan/quan-tri.md)."""

FATES: dict[str, str] = {
    "accounts_budgetunit.organisation_id": ENDS,
    "accounts_consortium.begun_by_id": PAST,
    "accounts_consortium.tenant_id": PAST,  # made for it
    "accounts_consortium.unit_id": PAST,  # units belong to no province and do not end with one
    "accounts_consortiumprovince.province_id": PAST,  # the heir gets a row beside it
    "accounts_factorevent.by_id": PAST,
    "accounts_organisation.province_id": PAST,
    "accounts_organisation.successor_id": PAST,
    "accounts_organisation.superior_id": LEADS,
    "accounts_organisation.tenant_id": PAST,
    "accounts_organisationname.organisation_id": ENDS,
    "accounts_position.organisation_id": ENDS,
    "accounts_position.scope_province_id": PAST,  # an inspection is of the unit that its decision names
    "accounts_province.successor_id": PAST,
    "accounts_province.tenant_id": PAST,
    "accounts_provincename.province_id": ENDS,
    "accounts_provinceregion.province_id": ENDS,
    "budgets_budgetassignment.holder_id": PAST,  # one envelope with that of the heir (kc_envelope)
    "budgets_budgetassignment.recorded_by_id": PAST,
    "budgets_ceiling.holder_id": PAST,  # summed over merged bodies (budgets/queries.py)
    "budgets_ceiling.recorded_by_id": PAST,
    "budgets_ledgerdeclaration.declared_by_id": PAST,
    "budgets_ledgerdeclaration.organisation_id": PAST,
    "budgets_ledgerentry.holder_id": PAST,
    "budgets_ledgerentry.position_id": PAST,
    "budgets_ledgerentry.province_id": PAST,
    "budgets_supportnorm.province_id": RULES,
    "notices_calendarfeed.position_id": LEADS,
    "notices_follow.position_id": LEADS,
    "notices_notice.position_id": LEADS,
    "projects_activitypaper.province_id": RULES,
    "projects_authorisation.authorised_id": ENDS,
    "projects_authorisation.authoriser_id": ENDS,
    "projects_beneficiaryshare.establishment_id": LEADS,
    "projects_changerequest.beneficiary_id": LEADS,
    "projects_contract.accepting_body_id": LEADS,
    "projects_contract.party_a_id": PAST,  # whom it was signed with; the heir is party A (merged_bodies)
    "projects_contract.party_b_id": PAST,
    "projects_contract.signed_a_id": PAST,
    "projects_document.removed_by_id": PAST,
    "projects_document.uploaded_by_id": PAST,
    "projects_event.on_behalf_of_id": PAST,
    "projects_event.organisation_id": PAST,
    "projects_event.position_id": PAST,
    "projects_endorsementrule.organisation_id": ENDS,
    "projects_establishment.province_id": LEADS,
    "projects_establishment.recorded_by_id": PAST,
    "projects_filemove.from_implementer_id": PAST,
    "projects_filemove.from_tenant_id": PAST,
    "projects_filemove.to_implementer_id": PAST,
    "projects_filemove.to_tenant_id": PAST,
    "projects_handover.by_id": PAST,
    "projects_handover.leaver_id": PAST,
    "projects_handover.organisation_id": PAST,
    "projects_handover.successor_id": PAST,  # found again by the person (own_seats)
    "projects_inspection.resolved_by_id": PAST,
    "projects_listact.on_behalf_of_id": PAST,
    "projects_listact.organisation_id": PAST,
    "projects_listact.position_id": PAST,
    "projects_listhabits.position_id": LEADS,
    "projects_localprocedure.province_id": RULES,
    "projects_paper.issuer_id": PAST,
    "projects_paper.recorded_by_id": PAST,
    "projects_paper.signer_id": PAST,
    "projects_progressreport.confirmed_by_id": PAST,
    "projects_progressreport.reported_by_id": PAST,
    "projects_project.author_id": PAST,  # told by the person (seats_now)
    "projects_project.implementer_id": LEADS,
    "projects_project.province_id": PAST,  # the dated unit of origin; another only in a split
    "projects_registrationreport.organisation_id": PAST,
    "projects_registrationreport.province_id": PAST,
    "projects_registrationreport.reported_by_id": PAST,
    "projects_registrationreportline.implementer_id": PAST,
    "projects_registrationround.opened_by_id": PAST,
    "projects_requiredpaper.province_id": RULES,
    "projects_signingrule.in_name_of_id": ENDS,
    "projects_signingrule.position_id": ENDS,
    "projects_slip.issuer_id": PAST,
    "projects_slip.organisation_id": PAST,  # a working paper of the body that ended; the heir prepares its own
    "projects_slip.prepared_by_id": PAST,
    "projects_slip.signed_by_id": PAST,
    "projects_slip.signer_id": PAST,
    "projects_slipstep.position_id": PAST,
    "reporting_issuedreport.organisation_id": PAST,
    "reporting_issuedreport.province_id": PAST,
    "reporting_issuedreport.signer_id": PAST,
    "reporting_job.position_id": PAST,  # a change waits until nothing is being made (succession/checks.py)
    "reporting_jobticket.position_id": PAST,
    "reporting_report.organisation_id": LEADS,  # as far as it is owed
    "reporting_report.province_id": PAST,
    "reporting_report.saved_by_id": PAST,
    "succession_change.approved_by_id": PAST,
    "succession_change.done_by_id": PAST,
    "succession_change.prepared_by_id": PAST,
}

TEXTS: dict[str, str] = {
    "notices_notice.covers": PAST,
    "notices_reader.choices": PAST,  # of a person
    "projects_appraisal.coming": PAST,
    "projects_authorisation.actions": PAST,
    "projects_changerequest.after": LEADS,  # the register's number of a beneficiary, while it waits
    "projects_changerequest.before": LEADS,
    "projects_endorsementrule.papers": PAST,
    "projects_event.details": PAST,
    "projects_event.figures": PAST,
    "projects_event.signed_as": PAST,
    "projects_event.snapshot": PAST,
    "projects_formdraft.data": PAST,  # as it was typed; an establishment that became one with another is chosen anew
    "projects_handover.items": PAST,
    "projects_handover.left": PAST,
    "projects_implementationplan.beneficiaries": PAST,  # as it was submitted; acts read the shares
    "projects_latetext.fields": PAST,
    "projects_listact.texts": PAST,
    "projects_listhabits.columns": PAST,
    "projects_listhabits.filters": PAST,  # words of the list's address; slugs come back as they were
    "projects_paper.signed_as": PAST,
    "projects_signingrule.papers": PAST,
    "projects_slip.endorsers": PAST,
    "projects_slip.inputs": PAST,
    "projects_slip.shown": PAST,
    "reporting_issuedreport.figures": PAST,
    "reporting_job.parameters": PAST,
    "succession_change.outcome": PAST,
    "succession_change.plan": PAST,
    "succession_change.tried": PAST,
}
"""Columns of JSON, in which numbers of rows may hide."""

_BODY = "SELECT id FROM accounts_organisation WHERE valid_to IS NOT NULL AND successor_id IS NOT NULL"
_SEAT = (  # of somebody who has a seat now
    "SELECT old.id FROM accounts_position old JOIN accounts_position new ON new.person_id = old.person_id "  # noqa: S608 (constants)
    f"AND new.valid_to IS NULL WHERE old.valid_to IS NOT NULL AND old.organisation_id IN ({_BODY})"
)
_OPEN = "y.state NOT IN ('closed', 'withdrawn', 'not_selected')"
_OWN_NUMBER = "SELECT tenant_id FROM projects_establishment e WHERE e.id ="


def _unknown(column: str) -> str:
    """A waiting request names an establishment that is not in the register of its tenant."""
    return (
        f"t.outcome = '' AND EXISTS (SELECT FROM jsonb_array_elements(t.{column} -> 'beneficiaries') b "  # noqa: S608 (constants)
        f"WHERE t.tenant_id IS DISTINCT FROM ({_OWN_NUMBER} (b ->> 'establishment')::bigint))"
    )


LEFT: dict[str, str] = {
    "accounts_organisation.superior_id": f"t.valid_to IS NULL AND t.superior_id IN ({_BODY})",
    "notices_calendarfeed.position_id": f"t.revoked_at IS NULL AND t.position_id IN ({_SEAT})",
    "notices_follow.position_id": f"t.position_id IN ({_SEAT})",
    "notices_notice.position_id": f"t.position_id IN ({_SEAT})",
    "projects_beneficiaryshare.establishment_id": f"t.tenant_id <> ({_OWN_NUMBER} t.establishment_id)",
    "projects_changerequest.beneficiary_id": f"t.tenant_id <> ({_OWN_NUMBER} t.beneficiary_id)",
    "projects_changerequest.before": _unknown("before"),
    "projects_changerequest.after": _unknown("after"),
    "projects_contract.accepting_body_id": (
        f"t.accepting_body_id IN ({_BODY}) AND EXISTS (SELECT FROM projects_contractitem i "
        f"JOIN projects_projectyear y ON y.id = i.project_year_id WHERE i.contract_id = t.id AND {_OPEN})"
    ),
    "projects_establishment.province_id": (
        "t.province_id IN (SELECT id FROM accounts_province WHERE successor_id IS NOT NULL) "
        "AND t.tenant_id IN (SELECT tenant_id FROM accounts_province WHERE successor_id IS NULL)"
    ),
    "projects_listhabits.position_id": f"t.position_id IN ({_SEAT})",
    "projects_project.implementer_id": (
        f"t.implementer_id IN ({_BODY}) "
        f"AND EXISTS (SELECT FROM projects_projectyear y WHERE y.project_id = t.id AND {_OPEN})"
    ),
    "reporting_report.organisation_id": (
        f"t.organisation_id IN ({_BODY}) "
        "AND NOT EXISTS (SELECT FROM reporting_issuedreport i WHERE i.report_id = t.id)"
    ),
}
"""For each column that leads on: the condition of a row ``t`` that was left behind."""

_ENDED = {
    "organisation_id": _BODY,
    "authoriser_id": _BODY,
    "authorised_id": _BODY,
    "in_name_of_id": _BODY,
    "province_id": "SELECT id FROM accounts_province WHERE successor_id IS NOT NULL",
    "position_id": _SEAT,
}


def left_behind(reader: Position) -> list[tuple[str, int]]:
    """Columns with rows that a change has forgotten, and how many: behind the wall as far as ``reader`` sees (who is of
    the heir sees all), before it as the login."""
    asked = dict(LEFT)
    for name, fate in FATES.items():
        if fate == ENDS:
            column = name.split(".")[1]
            asked[name] = f"t.{column} IN ({_ENDED[column]}) AND t.valid_to IS NULL"
    behind = {model._meta.db_table for model in (*walled_models(), *header_models())}
    here = {name: condition for name, condition in asked.items() if name.split(".")[0] in behind}
    with acting_as(reader):
        found = _counted(here)
    return sorted(found + _counted({name: asked[name] for name in asked.keys() - here.keys()}))


def _counted(asked: dict[str, str]) -> list[tuple[str, int]]:
    found = []
    with connection.cursor() as cursor:
        for name, condition in asked.items():
            cursor.execute(f'SELECT count(*) FROM "{name.split(".")[0]}" t WHERE {condition}')  # noqa: S608 (above)
            [n] = cursor.fetchone()
            if n:
                found.append((name, n))
    return found
