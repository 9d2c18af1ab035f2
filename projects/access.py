"""How a view gets its object: through what its position may see, or not at all.

Another tenant's object is not there (404). One that stands behind the same wall but is not for this position is
forbidden with a sentence (403, khuyencong/lib/refusals.py).
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from accounts.models import IMPLEMENTING_KINDS, OrganisationKind, Position
from accounts.tenancy import NATIONAL_KINDS
from budgets.models import Programme
from khuyencong.lib.workflow import Forbidden
from projects.models import (
    Appraisal,
    Document,
    Establishment,
    Event,
    ImplementationPlan,
    Inspection,
    ListAct,
    ProjectYear,
    Slip,
)
from projects.queries import (
    at_address,
    establishments_visible_to,
    files_visible_to,
    find_document,
    find_file,
    lists_visible_to,
)
from projects.slip_holding import slips_of
from projects.states import State

NOT_SENT = (
    "Hồ sơ này chưa đến cơ quan của ông, bà: hồ sơ đang soạn chỉ đơn vị thực hiện xem được, "
    "hồ sơ địa phương đến Sở Tài chính và Ủy ban nhân dân sau khi Sở Công Thương thẩm định."
)
LOCAL_ONLY = (
    "Hồ sơ khuyến công quốc gia do Sở Công Thương, Cục và Bộ Công Thương xử lý; Sở Tài chính và Ủy ban nhân dân "
    "tỉnh chỉ xem hồ sơ khuyến công địa phương. Số liệu của cả hai chương trình có trong trang Báo cáo."
)
NOT_IN_PLAN = (
    "Hồ sơ này đã dừng trước khi vào kế hoạch (đã rút hoặc không được chọn); chức vụ đang dùng không mở được."
)
OF_ANOTHER_UNIT = "Hồ sơ này do đơn vị khác thực hiện; chức vụ đang dùng chỉ xem hồ sơ của đơn vị mình."
NO_REGISTER = "Danh bạ cơ sở do trung tâm khuyến công ghi; chức vụ đang dùng không mở được danh bạ."
NO_SLIP = "Phiếu trình này của cơ quan khác; chỉ cơ quan soạn và văn thư cơ quan ban hành xem được."
NO_LIST = "Danh mục này không thuộc phần việc của chức vụ đang dùng."
OF_OTHERS = "Văn bản này gồm đề án của nhiều đơn vị; chức vụ đang dùng chỉ xem được các dòng của mình ở trang danh mục."

M = TypeVar("M", bound=Model)


class ActingRequest(HttpRequest):
    """A request behind the wall: the middleware let it pass, so it acts in one position."""

    acting: Position
    positions: list[Position]


def file_or_404(request: ActingRequest, code: str) -> ProjectYear:
    """The file at the address ``code``. Raises Http404, or Forbidden inside the own province."""
    try:
        return find_file(request.acting, code)
    except ProjectYear.DoesNotExist:
        _refuse_file(request, ProjectYear.objects.filter(at_address(code)))
    raise Http404(code)


def document_or_404(request: ActingRequest, pk: int) -> Document:
    """A document of a file that the position may open. Raises Http404, or Forbidden inside the own province."""
    try:
        return find_document(request.acting, pk)
    except Document.DoesNotExist:
        _refuse_file(
            request, ProjectYear.objects.filter(documents__pk=pk, documents__removed_at__isnull=True)
        )
    raise Http404(str(pk))


def inspection_or_404(request: ActingRequest, pk: int) -> Inspection:
    """An inspection of a file that the position may open. Raises Http404."""
    rows = Inspection.objects.select_related(
        "project_year__project", "project_year__procedure", "event__organisation"
    )
    return _one(rows.filter(pk=pk, project_year__in=files_visible_to(request.acting)))


def appraisal_or_404(request: ActingRequest, pk: int) -> Appraisal:
    """An appraisal of a file that the position may open, with what its form shows. Raises Http404, or Forbidden
    inside the own province."""
    rows = Appraisal.objects.select_related(
        "paper__signer__person",
        "event__person",
        "event__position",
        "event__organisation__superior",
        "event__organisation__province",
        "project_year__project__implementer",
        "project_year__project__activity",
    ).filter(pk=pk)
    return _of_visible_file(request, rows)


def acceptance_or_404(request: ActingRequest, pk: int) -> Event:
    """The event of an acceptance of a file that the position may open. Raises Http404, or Forbidden inside the
    own province."""
    rows = Event.objects.select_related(
        "paper__signer__person",
        "person",
        "position__person",
        "organisation__superior",
        "organisation__province",
        "project_year__project__implementer",
    ).filter(pk=pk, action="accept")
    return _of_visible_file(request, rows)


def plan_or_404(request: ActingRequest, pk: int) -> ImplementationPlan:
    """The plan of implementation of a file that the position may open. Raises Http404, or Forbidden inside the own
    province."""
    rows = ImplementationPlan.objects.select_related(
        "paper__signer__person",
        "event",
        "project_year__project__activity",
        "project_year__project__implementer__superior",
        "project_year__project__implementer__province",
    ).filter(pk=pk)
    return _of_visible_file(request, rows)


def list_or_404(request: ActingRequest, pk: int) -> ListAct:
    """A list act that the position may open. Raises Http404, or Forbidden inside the own province."""
    found = lists_visible_to(request.acting).filter(pk=pk).first()
    if found is None:
        own = ListAct.objects.filter(pk=pk, tenant_id=request.acting.organisation.tenant_id)
        _refuse(request, own, NO_LIST)
        raise Http404(str(pk))
    return found


def whole_list_or_403(request: ActingRequest, pk: int) -> ListAct:
    """A list act all of whose lines the position sees: a paper with some of them left out would be another paper.

    Raises Http404, or Forbidden when lines of others stand on it."""
    found = list_or_404(request, pk)
    if not sees_whole_list(request.acting, found):
        raise Forbidden(OF_OTHERS)
    return found


def sees_whole_list(position: Position, list_act: ListAct) -> bool:
    """Whether every line of a list that ``position`` may open is one that it sees."""
    if list_act.tenant_id is None and position.organisation.kind not in NATIONAL_KINDS:
        return False  # the wall hides lines of other provinces, nobody can tell how many
    one_unit_only = position.organisation.kind in IMPLEMENTING_KINDS
    if one_unit_only or position.scope_province_id is not None:
        return not list_act.lines.exclude(project_year__in=files_visible_to(position)).exists()
    return True


def slip_or_404(request: ActingRequest, pk: int) -> Slip:
    """A slip of the position's body, or one whose paper its body numbers. Raises Http404, or Forbidden inside the own
    province."""
    found = slips_of(request.acting).filter(pk=pk).first()
    if found is None:
        _refuse(request, Slip.objects.filter(pk=pk), NO_SLIP)
        raise Http404(str(pk))
    return found


def establishment_or_404(request: ActingRequest, pk: int) -> Establishment:
    """An establishment of the register. Raises Http404, or Forbidden inside the own province."""
    found = establishments_visible_to(request.acting).filter(pk=pk).first()
    if found is None:
        _refuse(request, Establishment.objects.filter(pk=pk), NO_REGISTER)
        raise Http404(str(pk))
    return found


def _of_visible_file(request: ActingRequest, rows: QuerySet[M]) -> M:
    """The one of ``rows`` that hangs on a file which the position may open."""
    found = rows.filter(project_year__in=files_visible_to(request.acting)).first()
    if found is None:
        _refuse_file(request, ProjectYear.objects.filter(pk__in=rows.values("project_year")))
        raise Http404
    return found


def _one(rows: QuerySet[M]) -> M:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def _refuse(request: ActingRequest, behind_the_wall: QuerySet[M], sentence: str) -> None:
    """Raise Forbidden when the province's own wall shows the row; the nation is not told what it may not see."""
    if request.acting.organisation.province_id is not None and behind_the_wall.exists():
        raise Forbidden(sentence)


def _refuse_file(request: ActingRequest, behind_the_wall: QuerySet[ProjectYear]) -> None:
    """Raise Forbidden with the reason why this position does not open a file of its own province."""
    found = behind_the_wall.select_related("project").order_by("-year").first()
    if found is not None:
        _refuse(request, behind_the_wall, _closed_because(request.acting, found))


def _closed_because(position: Position, year: ProjectYear) -> str:
    """What keeps the file from the position (projects/queries.py says who sees what)."""
    kind = position.organisation.kind
    if kind in {OrganisationKind.FINANCE_DEPARTMENT, OrganisationKind.PEOPLES_COMMITTEE}:
        if year.project.programme == Programme.NATIONAL:
            return LOCAL_ONLY
        if year.state in {State.WITHDRAWN, State.NOT_SELECTED}:
            return NOT_IN_PLAN
    if kind in IMPLEMENTING_KINDS:
        return OF_ANOTHER_UNIT
    return NOT_SENT
