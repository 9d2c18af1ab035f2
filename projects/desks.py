"""What lies on a desk: files somebody began, texts he has not sent, his filters, findings of his inspections."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator

from accounts.models import HEADS, Position, User, valid_on
from accounts.queries import own_seats
from budgets.models import Programme
from khuyencong.lib.dates import ZONE, short_date
from khuyencong.lib.tasks import Task
from projects.models import OPEN_SLIPS, FormDraft, HandOver, Inspection, ListHabits, ProjectYear, Slip
from projects.states import FINAL
from projects.workflow import label_of

FILE, DRAFT, LIST, SLIP, FILTERS, FINDING = "file", "draft", "list", "slip", "filters", "finding"
KINDS = {
    FILE: "Hồ sơ đang mở",
    DRAFT: "Văn bản đang soạn, chưa gửi",
    LIST: "Danh mục đang lập",
    SLIP: "Phiếu trình đang mở",
    FILTERS: "Bộ lọc đã lưu",
    FINDING: "Kiến nghị kiểm tra chưa khắc phục",
}
NEWS = dt.timedelta(days=10)
"""How long a hand-over stands among the tasks of the one who took it over."""


@dataclass(frozen=True)
class Item:
    """One thing on a desk; ``key`` is unique on it."""

    key: str
    kind: str
    label: str

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind]

    def as_row(self) -> dict[str, str]:
        return asdict(self)


def on_desk(position: Position) -> list[Item]:
    """All that ``position`` would hand over today. Texts are kept by person, so they are those that the person of the
    position has in its tenant; five queries."""
    tenant = position.organisation.tenant_id
    files = (
        ProjectYear.objects.filter(own_seats(position, "project__author"), tenant=tenant)
        .exclude(state__in=FINAL)
        .select_related("project")
        .order_by("project__code", "year")
    )
    found = [
        Item(f"{FILE}-{row.pk}", FILE, f"{row.shown_code} {row.project.title} ({row.get_state_display()})")
        for row in files
    ]
    for draft in texts_of(position):
        kind = LIST if draft.key.startswith(("list-", "slip-list-")) else DRAFT
        found.append(
            Item(
                f"{DRAFT}-{draft.pk}",
                kind,
                f"{_told(draft)}, lưu lúc {draft.saved_at.astimezone(ZONE):%H:%M %d/%m/%Y}",
            )
        )
    slips = Slip.objects.filter(prepared_by=position, state__in=OPEN_SLIPS).order_by("pk")
    found += [Item(f"{SLIP}-{slip.pk}", SLIP, f"{slip} ({slip.get_state_display()})") for slip in slips]
    filters = ListHabits.objects.filter(tenant=tenant, position=position).exclude(filters=[]).first()
    if filters is not None:
        names = ", ".join(each["name"] for each in filters.filters)
        found.append(Item(f"{FILTERS}-{filters.pk}", FILTERS, names))
    findings = (
        Inspection.objects.filter(own_seats(position, "event__position"), resolved_on__isnull=True)
        .exclude(finding="")
        .select_related("project_year__project")
        .order_by("pk")
    )
    found += [
        Item(
            f"{FINDING}-{row.pk}",
            FINDING,
            f"{row.project_year.shown_code}, ngày {short_date(row.on)}: {row.finding}",
        )
        for row in findings
    ]
    return found


def texts_of(position: Position) -> QuerySet[FormDraft]:
    """Texts that the person of the position has typed in its tenant and not sent."""
    drafts = FormDraft.objects.filter(tenant=position.organisation.tenant_id, person=position.person_id)
    return drafts.exclude(data={}).order_by("pk")


def place_in_words(key: str) -> str:
    """The form that a text is kept under: "Thẩm định cấp cơ sở, KCQG-2027-0001"."""
    if found := re.fullmatch(r"act-(?P<about>.+)-(?P<action>[a-z_]+)-\d+-\d+", key):
        return f"{label_of(found['action'])}, {found['about']}"
    if found := re.fullmatch(r"slip-(?P<about>.+)-(?P<action>[a-z_]+)-\d+-\d+", key):
        return f"Trình ký: {label_of(found['action'])}, {found['about']}"
    if found := re.fullmatch(
        r"(?P<slip>slip-)?list-(?P<action>[a-z_]+)-(?P<programme>[a-z]+)-(?P<year>\d+)", key
    ):
        programme = dict(Programme.choices).get(found["programme"].upper(), "")
        prepared = "Trình ký: " if found["slip"] else ""
        return f"{prepared}{label_of(found['action'])}, {programme}, năm {found['year']}"
    return key


def _told(draft: FormDraft) -> str:
    """The form, and the longest sentence that was typed in it."""
    longest = max((value for value in draft.data.values() if isinstance(value, str)), key=len, default="")
    return f"{place_in_words(draft.key)}: “{Truncator(longest).chars(80)}”"


def may_hand_over(by: Position) -> bool:
    """Heads, for the desks of their own body: the operator, who keeps positions, sees no file."""
    return by.kind in HEADS


def desks_of(by: Position) -> QuerySet[Position]:
    """Positions of the body that somebody holds or held, the present ones first."""
    held = Position.objects.filter(organisation=by.organisation, person__isnull=False)
    return held.select_related("person", "organisation").order_by("valid_to", "person__full_name_sort", "pk")


def successors_of(leaver: Position, day: dt.date) -> QuerySet[Position]:
    """Who may take the desk over: whoever holds a position at the same body on ``day``, not the leaver in person."""
    return (
        Position.objects.filter(
            valid_on(day),
            organisation=leaver.organisation_id,
            handed_over_at=None,
            person__in=User.objects.filter(is_active=True),
        )
        .exclude(person=leaver.person_id)
        .select_related("person", "organisation")
        .order_by("person__full_name_sort", "pk")
    )


def handovers_visible_to(position: Position) -> QuerySet[HandOver]:
    """To heads those of their body and of bodies that it took over, to others those that they took over."""
    body = position.organisation_id
    rows = HandOver.objects.filter(
        Q(organisation=body) | Q(organisation__successor=body) | Q(organisation__successor__successor=body)
    )
    if not may_hand_over(position):
        rows = rows.filter(Q(successor=position) | Q(successor__person=position.person_id))
    return rows.select_related("leaver__person", "successor__person", "by__person", "organisation")


def taken_over(position: Position, today: dt.date) -> list[Task]:
    """Desks that the position took over lately, for settings.TASKS_FROM; late texts stand on their page."""
    since = today - NEWS
    rows = (
        HandOver.objects.filter(
            Q(at__date__gte=since) | Q(late_texts__at__date__gte=since), own_seats(position, "successor")
        )
        .select_related("leaver__person")
        .distinct()
    )
    return [
        Task(
            label="Xem phần việc nhận bàn giao",
            url=reverse("handover", args=[row.pk]),
            title=f"Của {row.leaver.person}",
        )
        for row in rows
    ]
