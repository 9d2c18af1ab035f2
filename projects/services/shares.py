"""Changing a share after it was approved: replace it, drop it. The old row stays with the act that ended it; what was
accepted is never changed. Changes of a file ask here (T36 article 11.2b, 11.4)."""

from __future__ import annotations

from django.db import transaction

from khuyencong.lib.workflow import Refused
from projects.eligibility import eligibility
from projects.models import BeneficiaryShare, Establishment, Event, ShareState
from projects.services.opening import open_to_nation


def replace_share(
    share: BeneficiaryShare,
    *,
    act: Event,
    establishment: Establishment,
    support: int,
    counterpart: int,
    place: str = "",
) -> BeneficiaryShare:
    """Put a new confirmed share in the place of ``share``: another establishment, or the same at another place or with
    other amounts (đồng). ``act`` is the event that decides so.

    Raises Refused when the share is not one that stands approved, when the establishment may not be supported on the
    day of the act, or is in the file already. That the sums hold (G9) the database asks at the end."""
    with transaction.atomic():
        old = _standing(share)
        year = old.project_year
        if establishment.pk != old.establishment_id:
            _refuse_unfit(establishment, old, act)
        if support < 0 or counterpart < 0:
            raise Refused("Mức hỗ trợ, vốn đối ứng không được âm.")
        _end(old, ShareState.REPLACED, act)
        new = BeneficiaryShare.objects.create(
            tenant_id=old.tenant_id,
            project_year=year,
            establishment=establishment,
            place=place,
            support=support,
            counterpart=counterpart,
            state=ShareState.CONFIRMED,
            replaces=old,
        )
        if (
            year.sent_to_nation
            and not establishment.sent_to_nation
            and act.organisation.province_id is not None
        ):
            open_to_nation(year, writes=year.nation_writes)
        return new


def drop_share(share: BeneficiaryShare, *, act: Event) -> None:
    """End ``share`` without another in its place: the establishment takes no part. ``act`` decides so.

    Raises Refused when the share is not one that stands approved. Of a group project the money is then free for others
    (``replace_share`` of their own parts); elsewhere the support must fall by as much, or G9 refuses."""
    with transaction.atomic():
        _end(_standing(share), ShareState.DROPPED, act)


def _standing(share: BeneficiaryShare) -> BeneficiaryShare:
    """The share, locked. Raises Refused unless it is approved and nothing of it was accepted."""
    rows = BeneficiaryShare.every.select_for_update(of=("self",)).select_related(
        "project_year", "establishment"
    )
    found = rows.get(pk=share.pk)
    if found.state != ShareState.CONFIRMED:
        raise Refused(
            f"{found.establishment.name} đang ở tình trạng “{found.get_state_display().lower()}”: chỉ thay, bỏ được cơ "
            "sở đã duyệt và chưa nghiệm thu."
        )
    return found


def _refuse_unfit(establishment: Establishment, old: BeneficiaryShare, act: Event) -> None:
    [(_, faults)] = eligibility([establishment], act.effective_on)
    if faults:
        raise Refused(f"{establishment.name} chưa đủ điều kiện: {' '.join(faults)}")
    if establishment.tenant_id != old.tenant_id:
        raise Refused(f"{establishment.name} không có trong danh bạ của tỉnh.")
    if BeneficiaryShare.objects.filter(
        project_year_id=old.project_year_id, establishment=establishment
    ).exists():
        raise Refused(f"{establishment.name} đã là cơ sở thụ hưởng của đề án này.")


def _end(share: BeneficiaryShare, state: ShareState, act: Event) -> None:
    share.state, share.ended_by = state, act
    share.save(update_fields=["state", "ended_by"])
