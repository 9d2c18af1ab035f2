"""Facts about a file that the chain asks for, each written once, as a condition in SQL (projects/questions.py)."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import BudgetUnit, OrganisationKind, valid_on
from budgets.models import STATE_SOURCES, EntryKind, LedgerEntry, Selection
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Step
from projects.models import (
    Appraisal,
    AppraisalLevel,
    ContractItem,
    ContractKind,
    Event,
    GroupType,
    Inspection,
    Nature,
    ProgressReport,
    ProjectYear,
    TenderResult,
)
from projects.queries import dossiers, standing
from projects.questions import Condition, Rows
from projects.settlement_guards import what_is_unbalanced
from projects.states import State


def _events(*actions: str, **more: object) -> QuerySet[Event]:
    return Event.objects.filter(project_year=OuterRef("pk"), action__in=actions, **more)


def of_file(acts: QuerySet[Event]) -> Exists:
    """Whether the file has one of ``acts``."""
    return Exists(acts.filter(project_year=OuterRef("pk")))


def _opinion() -> Exists:
    """An opinion on the appraisal that counts; those on an earlier one are void."""
    return of_file(standing("give_opinion", "appraise_department"))


def _advance_request() -> Exists:
    """A request for an advance that was neither met nor given back."""
    return of_file(standing("request_advance", "advance", "return_advance"))


def _confirmation() -> Exists:
    """The department's confirmation of the dossier, unless that was given back."""
    return of_file(standing("confirm_settlement", "return_settlement"))


def booked_on(plus: tuple[EntryKind, ...], minus: tuple[EntryKind, ...]) -> Coalesce:
    """Entries of the kinds ``plus`` less those of ``minus``, State money of the file in đồng."""
    signed = Case(
        When(kind__in=minus, then=-F("amount")),
        default=F("amount"),
        output_field=BigIntegerField(),
    )
    booked = LedgerEntry.objects.filter(
        project_year=OuterRef("pk"),
        source__in=STATE_SOURCES,
        kind__in=[*plus, *minus],
    )
    summed = booked.order_by().values("project_year").annotate(left=Sum(signed)).values("left")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)


def _recommended(level: str) -> Callable[[Rows], Rows]:
    def narrow(rows: Rows) -> Rows:
        latest = (
            Appraisal.objects.filter(
                project_year=OuterRef("pk"), level=level, submission=OuterRef("submission")
            )
            .order_by("-pk")
            .values("opinion")[:1]
        )
        return rows.annotate(latest_opinion=Subquery(latest)).filter(latest_opinion="RECOMMENDED")

    return narrow


RECOMMENDED_BY_DEPARTMENT = Condition(
    "Phiếu thẩm định cơ sở đề nghị hỗ trợ",
    _recommended(AppraisalLevel.DEPARTMENT),
    "Phiếu thẩm định cấp cơ sở kết luận không đề nghị hỗ trợ, nên hồ sơ này không đưa tiếp được.",
)
RECOMMENDED_BY_AGENCY = Condition(
    "Phiếu thẩm định cấp Bộ đề nghị hỗ trợ",
    _recommended(AppraisalLevel.AGENCY),
    "Phiếu thẩm định cấp Bộ kết luận không đề nghị hỗ trợ, nên hồ sơ này không đưa vào tờ trình được.",
)
NOT_RECOMMENDED_BY_DEPARTMENT = Condition(
    "Phiếu thẩm định cơ sở không đề nghị hỗ trợ",
    lambda rows: rows.exclude(
        pk__in=_recommended(AppraisalLevel.DEPARTMENT)(ProjectYear.objects.all()).values("pk")
    ),
    "Phiếu thẩm định đang đề nghị hỗ trợ; muốn dừng hồ sơ, hãy trả lại để thẩm định lại.",
)
NOT_RECOMMENDED_BY_AGENCY = Condition(
    "Phiếu thẩm định cấp Bộ không đề nghị hỗ trợ",
    lambda rows: rows.exclude(
        pk__in=_recommended(AppraisalLevel.AGENCY)(ProjectYear.objects.all()).values("pk")
    ),
    "Phiếu thẩm định đang đề nghị hỗ trợ; muốn không chọn, hãy loại khi trình phê duyệt.",
)
BUDGET_NOT_REQUESTED = Condition(
    "Chưa tổng hợp vào dự toán",
    lambda rows: rows.exclude(of_file(standing("request_budget", "return"))),
    "Hồ sơ đã được tổng hợp vào dự toán.",
)
FINANCE_GAVE_OPINION = Condition(
    "Sở Tài chính đã cho ý kiến, nếu tỉnh quy định",
    lambda rows: rows.filter(Q(procedure__opinion_required=False) | _opinion()),
    "Sở Tài chính chưa cho ý kiến về hồ sơ này (quy định của tỉnh yêu cầu ý kiến trước khi trình).",
)
FINANCE_OPINION_ASKED = Condition(
    "Tỉnh quy định phải có ý kiến, và chưa có",
    lambda rows: rows.filter(procedure__opinion_required=True).exclude(_opinion()),
    "Sở Tài chính đã cho ý kiến, hoặc quy định của tỉnh không yêu cầu.",
)
ALLOCATION_APPRAISED = Condition(
    "Sở Tài chính đã đồng ý phân bổ, nếu tỉnh quy định",
    lambda rows: rows.filter(
        Q(procedure__allocation_appraisal_required=False)
        | Exists(_events("appraise_allocation", verdict="AGREE", submission=OuterRef("submission")))
    ),
    "Sở Tài chính chưa thẩm định phân bổ dự toán, hoặc chưa đồng ý.",
)
ALLOCATION_APPRAISAL_ASKED = Condition(
    "Tỉnh quy định phải thẩm định phân bổ, và chưa có",
    lambda rows: rows.filter(procedure__allocation_appraisal_required=True).exclude(
        Exists(_events("appraise_allocation", verdict="AGREE", submission=OuterRef("submission")))
    ),
    "Sở Tài chính đã thẩm định phân bổ, hoặc quy định của tỉnh không yêu cầu.",
)
PLAN_NOT_ALL_ALLOCATED = Condition(
    "Còn kinh phí theo kế hoạch chưa giao",
    lambda rows: rows.annotate(
        plan_left=booked_on((EntryKind.APPROVED, EntryKind.ADJUSTED), (EntryKind.ALLOCATED,))
    ).filter(plan_left__gt=0),
    "Kinh phí theo kế hoạch được duyệt đã giao đủ.",
)
CONTRACT_IN_FORCE = Condition(
    "Hợp đồng đã đến ngày bắt đầu",
    lambda rows: rows.filter(
        Exists(ContractItem.objects.filter(project_year=OuterRef("pk"), contract__starts_on__lte=today()))
    ),
    "Hợp đồng chưa đến ngày bắt đầu.",
)
REPORT_NOT_CONFIRMED = Condition(
    "Có báo cáo tiến độ chờ xác nhận",
    lambda rows: rows.filter(
        Exists(
            ProgressReport.objects.filter(
                project_year=OuterRef("pk"), confirmed_on__isnull=True, returned__isnull=True
            )
        )
    ),
    "Không có báo cáo tiến độ nào đang chờ xác nhận.",
)
REPORT_CONFIRMED = Condition(
    "Có báo cáo tiến độ đã xác nhận",
    lambda rows: rows.filter(
        Exists(ProgressReport.objects.filter(project_year=OuterRef("pk"), confirmed_on__isnull=False))
    ),
    "Chưa có báo cáo tiến độ nào được Sở Công Thương xác nhận; đề nghị tạm ứng cần báo cáo đã xác nhận.",
)
ADVANCE_ASKED = Condition(
    "Có đề nghị tạm ứng đang chờ",
    lambda rows: rows.filter(_advance_request()),
    "Không có đề nghị tạm ứng nào đang chờ.",
)
NO_ADVANCE_ASKED = Condition(
    "Không có đề nghị tạm ứng nào đang chờ",
    lambda rows: rows.exclude(_advance_request()),
    "Một đề nghị tạm ứng đang chờ giải quyết; hãy đợi kết quả trước khi đề nghị tiếp.",
)
NO_OPEN_FINDING = Condition(
    "Không còn kiến nghị kiểm tra chưa khắc phục",
    lambda rows: rows.exclude(
        Exists(
            Inspection.objects.filter(project_year=OuterRef("pk"), resolved_on__isnull=True).exclude(
                finding=""
            )
        )
    ),
    "Còn kiến nghị kiểm tra chưa khắc phục. Hãy ghi nhận đã khắc phục, hoặc cho tiếp tục kèm lý do, rồi thực hiện.",
)
_PLAN_SENT = of_file(standing("submit_implementation_plan", "return_implementation_plan"))
_PLAN_WAITS = of_file(
    standing("submit_implementation_plan", "approve_implementation_plan", "return_implementation_plan")
)
_PLAN_APPROVED = of_file(standing("approve_implementation_plan"))


def _named_groups(rows: Rows) -> Rows:
    """Group projects whose beneficiaries the appraisal names (machinery)."""
    types = GroupType.objects.filter(valid_on(today()), activity=OuterRef("project__activity"), named=True)
    return rows.filter(Exists(types), project__nature=Nature.GROUP)


def _not_a_group(year: ProjectYear) -> bool | None:
    """Nothing is asked of other projects."""
    return None if year.project.nature == Nature.GROUP else True


GROUP_PROJECT = Condition(
    "Đề án nhóm",
    lambda rows: rows.filter(project__nature=Nature.GROUP),
    "Chỉ đề án nhóm có kế hoạch triển khai theo Mẫu 11.",
    known=lambda year: year.project.nature == Nature.GROUP,
)
PLAN_NOT_SENT = Condition(
    "Chưa trình kế hoạch triển khai",
    lambda rows: rows.exclude(_PLAN_SENT),
    "Kế hoạch triển khai đã trình; muốn sửa, Sở Công Thương phải trả lại.",
)
PLAN_WAITS = Condition(
    "Có kế hoạch triển khai đang chờ phê duyệt",
    lambda rows: rows.filter(_PLAN_WAITS),
    "Không có kế hoạch triển khai nào đang chờ phê duyệt.",
)
GROUP_PLAN_APPROVED = Condition(
    "Đề án nhóm: kế hoạch triển khai đã được phê duyệt",
    lambda rows: rows.filter(~Q(project__nature=Nature.GROUP) | _PLAN_APPROVED),
    "Kế hoạch triển khai (Mẫu 11) của đề án nhóm chưa được Sở Công Thương phê duyệt.",
    known=_not_a_group,
)
NAMED_GROUP_PLAN_APPROVED = Condition(
    "Đề án nhóm máy móc: kế hoạch triển khai đã được phê duyệt",
    lambda rows: rows.exclude(
        pk__in=_named_groups(ProjectYear.objects.all()).exclude(_PLAN_APPROVED).values("pk")
    ),
    "Đề án nhóm máy móc, thiết bị chỉ ký hợp đồng khi kế hoạch triển khai (Mẫu 11) đã được Sở Công Thương phê duyệt.",
    known=_not_a_group,
)
TENDERED = Condition(
    "Đề án phải đấu thầu",
    lambda rows: rows.filter(project__selection_method=Selection.TENDER),
    "Đề án này thực hiện theo phương thức xét chọn.",
    known=lambda year: year.project.selection_method == Selection.TENDER,
)
_TENDER_RECORDED = Exists(TenderResult.objects.filter(project_year=OuterRef("pk")))


def _last_tender(step: Step) -> str:
    last = step.subject.tender_results.last()
    return (
        f"Đã ghi kết quả theo quyết định số {last.decision_number} ngày {short_date(last.decided_on)}: "
        "kết quả ghi sau thay thế kết quả trước."
    )


TENDER_NOT_RECORDED = Condition(
    "Chưa ghi kết quả nào", lambda rows: rows.exclude(_TENDER_RECORDED), _last_tender
)
TENDER_RECORDED = Condition(
    "Loại phải đấu thầu: đã có quyết định phê duyệt kết quả",
    lambda rows: rows.filter(~Q(project__selection_method=Selection.TENDER) | _TENDER_RECORDED),
    "Đề án phải đấu thầu mà chưa ghi quyết định phê duyệt kết quả lựa chọn nhà thầu.",
    known=lambda year: None if year.project.selection_method == Selection.TENDER else True,
)
ADVANCE_OF_TYPE = Condition(
    "Loại chỉ tạm ứng sau nghiệm thu: đã nghiệm thu",
    lambda rows: rows.filter(Q(project__activity__advance_after_form="") | Q(state=State.ACCEPTED)),
    "Loại hoạt động này chỉ được tạm ứng sau khi nghiệm thu (Thông tư 36/2013/TT-BCT, điều 13.3, 15.1).",
    known=lambda year: not year.project.activity.advance_after_form or year.state == State.ACCEPTED,
)
PAYMENT_REQUESTED = Condition(
    "Đã nộp hồ sơ thanh toán, quyết toán",
    lambda rows: rows.filter(of_file(dossiers())),
    "Đơn vị thực hiện chưa nộp hồ sơ thanh toán, quyết toán.",
)
PAYMENT_NOT_REQUESTED = Condition(
    "Chưa nộp hồ sơ thanh toán, quyết toán",
    lambda rows: rows.exclude(of_file(dossiers())),
    "Hồ sơ thanh toán, quyết toán đã nộp.",
)
DOSSIER_CONFIRMED = Condition(
    "Sở đã xác nhận hồ sơ quyết toán",
    lambda rows: rows.filter(_confirmation()),
    "Sở Công Thương chưa xác nhận hồ sơ thanh toán, quyết toán.",
)
DOSSIER_NOT_CONFIRMED = Condition(
    "Sở chưa xác nhận hồ sơ quyết toán",
    lambda rows: rows.exclude(_confirmation()),
    "Hồ sơ thanh toán, quyết toán đã được xác nhận.",
)


def _budget_unit(rows: Rows) -> Rows:
    unit = BudgetUnit.objects.filter(valid_on(today()), organisation=OuterRef("project__implementer"))
    return rows.filter(Exists(unit) | Q(project__implementer__kind=OrganisationKind.AGENCY))


def _holding(kind: ContractKind) -> Callable[[Rows], Rows]:
    held = ContractItem.objects.filter(project_year=OuterRef("pk"), contract__kind=kind)
    return lambda rows: rows.filter(Exists(held))


OF_BUDGET_UNIT = Condition(
    "Đơn vị thực hiện là đơn vị dự toán trực thuộc Bộ",
    _budget_unit,
    "Đơn vị thực hiện không phải đơn vị dự toán trực thuộc Bộ: ký hợp đồng, không giao nhiệm vụ.",
)
NOT_OF_BUDGET_UNIT = Condition(
    "Đơn vị thực hiện không phải đơn vị dự toán trực thuộc Bộ",
    lambda rows: rows.exclude(pk__in=_budget_unit(ProjectYear.objects.all()).values("pk")),
    "Đơn vị thực hiện là đơn vị dự toán trực thuộc Bộ: giao nhiệm vụ, không ký hợp đồng.",
)
HELD_BY_CONTRACT = Condition(
    "Thực hiện theo hợp đồng",
    _holding(ContractKind.CONTRACT),
    "Nhiệm vụ giao cho đơn vị dự toán trực thuộc Bộ: đơn vị tự rút dự toán tại Kho bạc, Cục không tạm ứng, thanh toán.",
)
HELD_BY_TASK = Condition(
    "Thực hiện theo quyết định giao nhiệm vụ",
    _holding(ContractKind.TASK),
    "Hồ sơ thực hiện theo hợp đồng: tạm ứng, thanh toán qua Cục.",
)


_OWED = booked_on((EntryKind.ADVANCED, EntryKind.PAID), (EntryKind.REFUNDED, EntryKind.SETTLED))
_UNCLEARED = booked_on((EntryKind.SETTLED,), (EntryKind.CLEARED, EntryKind.PAID))
_OUTSTANDING = booked_on((EntryKind.ADVANCED,), (EntryKind.CLEARED, EntryKind.REFUNDED))

REFUND_DUE = Condition(
    "Có khoản phải hoàn trả",
    lambda rows: rows.annotate(owed=_OWED).filter(owed__gt=0),
    "Không có khoản nào phải hoàn trả.",
)
SETTLED_NOT_CLEARED = Condition(
    "Còn phải chi, hoặc còn phải thanh toán tạm ứng theo số quyết toán",
    lambda rows: rows.annotate(uncleared=_UNCLEARED).filter(uncleared__gt=0),
    "Đã thanh toán đủ số quyết toán.",
)
MONEY_BALANCED = Condition(  # G8 (T36 article 12.6)
    "Hết dư tạm ứng, số chi bằng số quyết toán",
    lambda rows: rows.annotate(owed=_OWED, outstanding=_OUTSTANDING).filter(owed=0, outstanding__lte=0),
    what_is_unbalanced,
)
