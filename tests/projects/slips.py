"""Slips of the tests, presented through the forms as the pages do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.datastructures import MultiValueDict

from accounts.models import Organisation, Position, PositionKind
from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import CONTENTS, Walk
from khuyencong.lib.dates import today
from projects.chain import route_of
from projects.forms.slips import prepared_form, read_again, written_in
from projects.matters import Matter
from projects.models import EndorsementRule, Slip
from projects.services.slip_acts import Written
from projects.services.slips import issue_slip, present_slip
from tests.cast import position

APPRAISAL: dict[str, Any] = CONTENTS | {
    "recommended": "300.000.000",
    "opinion": "RECOMMENDED",
    "comment": "",
    "council": "",
}
CENTRE, CENTRE_HEAD = "centre.hai-phong", "centre.head.hai-phong"
OFFICER, DIVISION, DEPUTY = "dept.hai-phong", "dept.division.hai-phong", "dept.deputy.hai-phong"
HEAD, CLERK = "dept.head.hai-phong", "dept.clerk.hai-phong"


def matter(walk: Walk, action: str) -> Matter:
    """The act on the file as it is now, inside somebody's scope."""
    year = walk.now()
    row = route_of(year).find(action, year.state)
    assert row is not None
    return Matter(row, (year,))


def written(walk: Walk, account: str, action: str, **inputs: Any) -> Written:
    """What ``account`` types in the form of the act, inside its scope."""
    data = MultiValueDict({name: [str(value)] for name, value in inputs.items()})
    form = prepared_form(matter(walk, action), position(account), data=data)
    assert form.is_valid(), form.errors
    return written_in(form)


def present(
    walk: Walk, account: str, action: str, signer: str, *, slip: Slip | None = None, **inputs: Any
) -> Slip:
    by = position(account)
    with acting_as(by):
        return present_slip(
            matter(walk, action),
            written(walk, account, action, **inputs),
            by=by,
            signer=position(signer),
            slip=slip,
            note="",
        )


def issue(slip: Slip, account: str, number: str, dated: dt.date | None = None) -> Slip:
    by = position(account)
    with acting_as(by):
        return issue_slip(
            slip,
            read_again(slip),
            number=number,
            dated=dated or today(),
            by=by,
            expected_state=None,
        )


def clerk_of(organisation: Organisation) -> Position:
    """From today on the viewer of the province numbers the papers of the body."""
    return Position.objects.create(
        organisation=organisation,
        kind=PositionKind.CLERK,
        title="Văn thư",
        person=position("viewer.hai-phong").person,
        valid_from=today(),
    )


def lose_file(slip: Slip) -> None:
    """The slip is about a file that its body does not have."""
    with acting_as(position(OFFICER)):
        (held,) = slip.files_now()
        held.pk, held.code, held.presented = None, "KHONG-CON", 2  # its rows are not rewritten
        held.save()
        Slip.objects.filter(pk=slip.pk).update(code="KHONG-CON", presented=2)


def endorsed_by(*kinds: PositionKind, account: str = HEAD, **fields: Any) -> None:
    """From 2025 on these kinds of positions of the body of ``account`` endorse, in this order."""
    for order, kind in enumerate(kinds):
        values: dict[str, Any] = {
            "organisation": position(account).organisation,
            "endorser": kind,
            "order": order,
            "number": "15/QĐ-SCT",
            "dated": dt.date(2025, 7, 1),
            "valid_from": dt.date(2025, 7, 1),
        }
        EndorsementRule.objects.create(**values | fields)
