"""Facts about changes that the chain asks for, as conditions in SQL (projects/conditions.py): on whose desk a request
lies, what waits for an annex, what of a year's money is left."""

from __future__ import annotations

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import OrganisationKind
from budgets.models import EntryKind, LedgerEntry
from projects.change_requests import UNDER_CONTRACT_BY_ANNEX
from projects.conditions import booked_on
from projects.models import (
    ENDS,
    BeneficiaryShare,
    ChangeOutcome,
    ChangeRequest,
    ChangeType,
    Decider,
    Event,
    ProjectYear,
    ShareState,
)
from projects.queries import dossiers
from projects.questions import Condition, DeskCondition, Rows
from projects.states import State


def _changes(**more: object) -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.filter(project_year=OuterRef("pk"), **more)


def _waiting(**more: object) -> QuerySet[ChangeRequest]:
    return _changes(outcome=ChangeOutcome.WAITING, **more)


_CONFIRMED = Q(confirms=False) | Q(confirmed__isnull=False)


def _on_desk(kind: str) -> QuerySet[ChangeRequest]:
    """Requests that lie with a body of ``kind`` (``ChangeRequest.desk`` in SQL)."""
    if kind == OrganisationKind.DEPARTMENT:
        unconfirmed = Q(confirms=True, confirmed__isnull=True)
        return _waiting().filter(unconfirmed | (_CONFIRMED & Q(decides=Decider.DEPARTMENT)))
    if kind == OrganisationKind.AGENCY:
        unproposed = Q(decides=Decider.MINISTRY, proposed__isnull=True)
        return _waiting().filter(_CONFIRMED).filter(unproposed | Q(decides=Decider.AGENCY))
    if kind == OrganisationKind.MINISTRY:
        return _waiting(decides=Decider.MINISTRY, proposed__isnull=False).filter(_CONFIRMED)
    return _waiting(decides=kind).filter(_CONFIRMED)


def _to_decide(kind: str) -> QuerySet[ChangeRequest]:
    return _on_desk(kind).filter(_CONFIRMED, decides=kind)


def _has(rows: Rows, changes: QuerySet[ChangeRequest]) -> Rows:
    return rows.filter(Exists(changes))


NO_CHANGE_WAITS = Condition(
    "Không có đề nghị điều chỉnh nào đang chờ",
    lambda rows: rows.exclude(Exists(_waiting())),
    "Một đề nghị điều chỉnh đang chờ giải quyết; hãy đợi kết quả, hoặc rút đề nghị đó trước.",
    unchanged=True,
)
CHANGE_WAITS = Condition(
    "Có đề nghị điều chỉnh đang chờ",
    lambda rows: _has(rows, _waiting().exclude(type=ChangeType.TERMINATE)),
    "Không có đề nghị điều chỉnh nào đang chờ.",
    unchanged=False,
)
CHANGE_TO_CONFIRM = Condition(
    "Có đề nghị chờ Sở xác nhận",
    lambda rows: _has(rows, _waiting(confirms=True, confirmed__isnull=True)),
    "Không có đề nghị điều chỉnh nào chờ Sở Công Thương xác nhận.",
    unchanged=False,
)
CHANGE_TO_PROPOSE = Condition(
    "Có đề nghị thuộc thẩm quyền của Bộ, Sở đã xác nhận",
    lambda rows: _has(rows, _waiting(decides=Decider.MINISTRY, proposed__isnull=True).filter(_CONFIRMED)),
    "Không có đề nghị điều chỉnh nào chờ Cục trình Bộ (đề nghị thuộc thẩm quyền của Bộ, Sở đã xác nhận).",
    unchanged=False,
)
CHANGE_TO_DECIDE = DeskCondition(
    "Có đề nghị thuộc thẩm quyền, đã qua xác nhận và trình",
    lambda rows, kind: _has(rows, _to_decide(kind).exclude(type__in=ENDS)),
    "Không có đề nghị điều chỉnh nào chờ cơ quan của ông, bà quyết định.",
)
CHANGE_ON_DESK = DeskCondition(
    "Đề nghị đang ở cơ quan của ông, bà",
    lambda rows, kind: _has(rows, _on_desk(kind)),
    "Không có đề nghị điều chỉnh nào đang ở cơ quan của ông, bà.",
)
STOP_TO_DECIDE = DeskCondition(
    "Có đề nghị ngừng đã qua xác nhận và trình",
    lambda rows, kind: _has(rows, _to_decide(kind).filter(type=ChangeType.STOP)),
    "Chưa có đề nghị ngừng thực hiện nào đã được xác nhận và trình.",
)
TERMINATION_TO_DECIDE = DeskCondition(
    "Có tờ trình ngừng do vi phạm",
    lambda rows, kind: _has(rows, _to_decide(kind).filter(type=ChangeType.TERMINATE)),
    "Chưa có tờ trình ngừng thực hiện do vi phạm.",
)
NO_TERMINATION_WAITS = Condition(
    "Chưa có tờ trình ngừng do vi phạm",
    lambda rows: rows.exclude(Exists(_waiting(type=ChangeType.TERMINATE))),
    "Tờ trình ngừng do vi phạm đang chờ quyết định.",
    unchanged=True,
)


def annexes_due(year: ProjectYear | OuterRef) -> QuerySet[ChangeRequest]:
    """Decided changes of what the file's contract says, taken while it ran, that no annex has followed yet."""
    return ChangeRequest.objects.filter(
        project_year=year,
        outcome=ChangeOutcome.APPROVED,
        annexed__isnull=True,
        type__in=UNDER_CONTRACT_BY_ANNEX,
        decided__from_state__in=[State.CONTRACTED, State.IN_PROGRESS],
    )


ANNEX_DUE = Condition(
    "Có quyết định điều chỉnh chưa ký phụ lục",
    lambda rows: _has(rows, annexes_due(OuterRef("pk"))),
    "Không có điều chỉnh nào cần ký phụ lục hợp đồng.",
    unchanged=False,
)

# -- an end with its consequences (T36 article 11, 12.6, 18.4) ------------------------------------------

_STOPPED = Event.objects.filter(project_year=OuterRef("pk"), action__in=["stop", "terminate"])

_LEFT = BeneficiaryShare.objects.filter(project_year=OuterRef("pk")).exclude(state=ShareState.ACCEPTED)

WORK_GOES_TO_ACCEPTANCE = Condition(
    "Ngừng vì bất khả kháng, còn khối lượng đã làm chưa nghiệm thu",
    lambda rows: (
        rows.filter(Exists(_STOPPED.filter(details__force_majeure=True)))
        .filter(Exists(_LEFT) | Q(acceptances__isnull=True))
        .exclude(Exists(dossiers().filter(project_year=OuterRef("pk"))))
    ),
    "Hồ sơ không ngừng vì bất khả kháng, hoặc khối lượng đã làm đã nghiệm thu (T36 điều 18.4).",
)
WORK_ACCEPTED = Condition(
    "Có khối lượng đã nghiệm thu",
    lambda rows: rows.annotate(work=booked_on((EntryKind.ACCEPTED,), ())).filter(work__gt=0),
    "Hồ sơ ngừng thực hiện không có khối lượng được nghiệm thu nên không quyết toán; phần đã tạm ứng phải hoàn trả.",
)
REFUND_DUE_AFTER_STOP = Condition(
    "Đã chi cao hơn khối lượng được nghiệm thu",
    lambda rows: rows.annotate(
        owed_after_stop=booked_on(
            (EntryKind.ADVANCED, EntryKind.PAID), (EntryKind.REFUNDED, EntryKind.ACCEPTED)
        )
    ).filter(owed_after_stop__gt=0),
    "Không có khoản nào phải hoàn trả.",
)

# -- money of the year (N45 article 14.4) ----------------------------------------------------------------

EXTENDED = Condition(
    "Đã có quyết định gia hạn sang năm sau",
    lambda rows: _has(rows, _changes(outcome=ChangeOutcome.APPROVED, type=ChangeType.EXTEND_NEXT_YEAR)),
    "Chưa có quyết định gia hạn thực hiện sang năm sau.",
    unchanged=False,
)


def _not_spent(rows: Rows) -> Rows:
    carried = LedgerEntry.objects.filter(
        project_year=OuterRef("pk"), kind=EntryKind.CARRIED_OVER, amount__gt=0
    )
    summed = carried.order_by().values("project_year").annotate(all=Sum("amount")).values("all")
    return rows.annotate(
        unspent=booked_on((EntryKind.ALLOCATED,), (EntryKind.ADVANCED, EntryKind.PAID)),
        carried=Coalesce(Subquery(summed, output_field=BigIntegerField()), 0),
    ).filter(unspent__gt=F("carried"))


MONEY_NOT_SPENT = Condition(
    "Còn kinh phí được giao chưa chi, chưa chuyển nguồn",
    _not_spent,
    "Kinh phí được giao đã chi hoặc chuyển nguồn hết.",
)
