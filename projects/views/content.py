"""Writing the content of a file: a page that saves itself, and a button that saves and goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Position
from khuyencong.lib.dates import short_date
from khuyencong.lib.forms import add_row, message_kept
from khuyencong.lib.workflow import Refused
from projects.access import ActingRequest, file_or_404
from projects.conflicts import Conflict
from projects.forms.content import ContentForm, ScheduleRows, schedule_rows
from projects.forms.rows import mark_conflicts
from projects.models import Project, ProjectYear
from projects.openings import NOTHING, opening_of
from projects.queries import last_sending
from projects.services.files import APPROVED_AS_ONE, may_write, save_content, save_schedule
from projects.views import saving
from projects.views.parts import part


@dataclass
class Editor:
    """Form and table of one page."""

    year: ProjectYear
    form: ContentForm
    schedule: ScheduleRows

    @property
    def is_clean(self) -> bool:
        return all([self.form.is_valid(), self.schedule.is_clean])

    def save(self, *, by: Position, version: int) -> int:
        """Save what can be read; answers the new version. Raises Conflict when either part was saved elsewhere."""
        with transaction.atomic():
            values = self.form.values()
            after = save_content(self.year, by=by, version=version, values=values)
            if self.schedule.is_locked or not self.schedule.has_changed():
                return after
            # Our own first save is not somebody else's: only a page that was current stays current.
            from_page = after if after == version + 1 else version
            return save_schedule(self.year, by=by, version=from_page, items=self.schedule.rows())

    def problems(self) -> dict[str, str]:
        return self.form.problems() | self.schedule.problems()

    def theirs(self, conflict: Conflict) -> dict[str, dict[str, Any]]:
        rows = self.schedule.theirs(conflict.theirs["schedule"][1]) if "schedule" in conflict.theirs else {}
        return self.form.theirs(conflict.theirs) | rows


def editor_of(year: ProjectYear, data: Any = None) -> Editor:
    """The forms of ``year`` as far as they are open, with what was posted."""
    form, schedule = ContentForm(data, year=year), schedule_rows(year, data)
    opening = opening_of(year)
    if not opening.everything:
        form.open_only(opening)
        schedule.open_whole(opening.has("file", "", "content"))
        if (sent := last_sending(year)) is not None:
            form.show_sent(sent)
    if year.is_later_year:  # approved as one with the first year: the steps alone are the year's own
        form.open_only(NOTHING)
    return Editor(year, form, schedule)


def key_of(year: ProjectYear) -> str:
    """Name of the text that the browser keeps; a new submission starts afresh."""
    return f"content-{year.address}-{year.submission}"


@require_http_methods(["GET", "HEAD", "POST"])
def content(request: ActingRequest, code: str) -> HttpResponse:
    """The content of a file: to write for its unit while it is open, to read for all others."""
    year = file_or_404(request, code)
    if not (may_write(year, request.acting) and opening_of(year).touches("file")):
        saving.refuse_post(request)
        return part(request, year, "content", "projects/files/content_read.html", _reading(year))
    if request.method == "POST" and "add_row" in request.POST:
        editor = editor_of(year, add_row(request.POST, "schedule"))
        return _page(request, editor)
    editor = editor_of(year, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, editor)
    problems: Mapping[str, Mapping[str, Any]] = {}
    if editor.is_clean:
        try:
            editor.save(by=request.acting, version=saving.version_of(request))
        except Conflict as conflict:
            year.project.version = conflict.version
            problems = editor.theirs(conflict)
            mark_conflicts([editor.form, *editor.schedule.forms], problems)
        except Refused as refusal:
            editor.form.add_error(None, list(refusal.reasons))
        else:
            message_kept(request, f"Đã lưu nội dung của {code}.", key_of(year))
            return redirect("estimate" if "next" in request.POST else "content", code=code)
    return _page(request, editor, theirs=problems, status=409 if problems else 400)


def _page(
    request: ActingRequest,
    editor: Editor,
    *,
    theirs: Mapping[str, Mapping[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": editor.form,
        "schedule": editor.schedule,
        "approved_as_one": APPROVED_AS_ONE if editor.year.is_later_year else "",
        "key": key_of(editor.year),
        "theirs": saving.both(theirs or {}, request.POST),
    }
    return part(request, editor.year, "content", "projects/files/content.html", context, status=status)


def _reading(year: ProjectYear) -> dict[str, Any]:
    """The content as text, for those who do not write it."""
    sections = [
        (legend, [(field.name, field.label, _shown(year.project, field.name)) for field in fields])
        for legend, fields in ContentForm(year=year).sections()
    ]
    return {"sections": sections, "schedule": year.schedule.all()}


def _shown(project: Project, name: str) -> str:
    value = getattr(project, name)
    if isinstance(value, bool):
        return "Có" if value else "Chưa"
    if isinstance(value, dt.date):
        return short_date(value)
    choice = getattr(project, f"get_{name}_display", None)
    return str(choice() if choice else value or "")


@require_POST
def content_save(request: ActingRequest, code: str) -> JsonResponse:
    """Save what is being typed; answers the JSON of a form that saves itself."""
    year = file_or_404(request, code)
    saving.require_open(year, request.acting)
    editor = editor_of(year, request.POST)
    editor.form.is_valid()

    def save() -> JsonResponse:
        version = editor.save(by=request.acting, version=saving.version_of(request))
        return saving.saved(version, errors=editor.problems(), warnings=editor.schedule.doubts())

    return saving.answer(save, editor.theirs)
