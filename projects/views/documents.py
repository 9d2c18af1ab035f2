"""Papers of a file by the list that the law requires: what is there, what is missing, up and down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Position
from budgets.models import Certainty
from khuyencong.lib.dates import today
from khuyencong.lib.file_contents import PDF
from khuyencong.lib.forms import message_kept
from khuyencong.lib.workflow import Forbidden, Refused
from projects.access import ActingRequest, document_or_404, file_or_404
from projects.forms.documents import UploadForm
from projects.models import Document, ProjectYear, Stage, Upload
from projects.openings import Opening, opening_of
from projects.requirements import Requirement, reached, requirements
from projects.services.documents import attach_document, attachable, is_own, may_remove, remove_document
from projects.services.files import may_write
from projects.views.parts import part

SHOWN_IN_PLACE = {PDF, "image/jpeg", "image/png"}
LOCKED_AWAY = "sandbox; default-src 'none'; frame-ancestors 'none'"
FOR_READERS = "frame-ancestors 'none'"
"""A browser's own reader of PDF does not open under ``sandbox``; its type is fixed and never sniffed."""


@dataclass(frozen=True)
class Paper:
    """One required paper as ``{% paper_list %}`` shows it."""

    code: str
    name: str
    article: str
    note: str
    is_required: bool
    made_url: str
    made_here: bool
    upload_url: str
    reasons: Sequence[str]
    files: Sequence[Mapping[str, Any]]


@require_safe
def documents(request: ActingRequest, code: str) -> HttpResponse:
    """All papers of a file, by the step at which they are due."""
    year = file_or_404(request, code)
    by = request.acting
    asked = requirements(year, today())
    writing = may_write(year, by)
    opening = opening_of(year) if writing else Opening(everything=True)
    papers = _papers(asked, year, by, opening)
    stages = [
        (stage.label, [paper for paper, each in papers if each.stage == stage], reached(stage, year.state))
        for stage in Stage
        if any(each.stage == stage for each in asked)
    ]
    missing = [each for each in asked if each.stage == Stage.SUBMIT and each.blocks and not each.met]
    context = {
        "due": [(label, papers) for label, papers, is_due in stages if is_due],
        "later": [(label, papers) for label, papers, is_due in stages if not is_due],
        "missing": missing,
        "writing": writing,
    }
    return part(request, year, "documents", "projects/files/documents.html", context)


def _papers(
    asked: Sequence[Requirement], year: ProjectYear, by: Position, opening: Opening
) -> list[tuple[Paper, Requirement]]:
    open_codes = attachable(year, by, {each.code for each in asked})
    return [(_paper(each, year, by, each.code in open_codes, opening), each) for each in asked]


def _paper(each: Requirement, year: ProjectYear, by: Position, is_open: bool, opening: Opening) -> Paper:
    code = year.address
    notes = [each.owner, each.copy, _sureness(each.certainty)]
    return Paper(
        code=each.code,
        name=each.name,
        article=each.article,
        note=" · ".join(note for note in notes if note),
        is_required=each.blocks,
        made_here=each.made_here,
        made_url=reverse("project_pdf", args=[code]) if each.made_here and each.stage == Stage.SUBMIT else "",
        upload_url=reverse("document_upload", args=[code, each.code])
        if is_open and not each.made_here
        else "",
        reasons=opening.reasons_for("documents", each.code),
        files=[_file(document, is_open and is_own(document, by)) for document in each.documents],
    )


def _sureness(certainty: str) -> str:
    """How sure the requirement is, said only when it was not read in the original text."""
    return "" if certainty == Certainty.READ else str(Certainty(certainty).label).lower()


def _file(document: Document, is_open: bool) -> dict[str, Any]:
    about = " ".join(
        filter(None, [document.number, f"ngày {document.dated:%d/%m/%Y}" if document.dated else ""])
    )
    return {
        "name": document.file_name,
        "about": about,
        "url": reverse("document", args=[document.pk]),
        "size": document.size,
        "at": document.uploaded_at,
        "by": document.uploaded_by.person.full_name if document.uploaded_by.person else "",
        "remove_url": reverse("document_remove", args=[document.pk]) if is_open else "",
    }


def upload_key(year: ProjectYear, paper: str) -> str:
    """Name of the text that the browser keeps (never the files)."""
    return f"upload-{year.address}-{paper}"


@require_http_methods(["GET", "HEAD", "POST"])
def document_upload(request: ActingRequest, code: str, paper: str) -> HttpResponse:
    """Add files to one paper of the list. Those that are good are taken, the others named with the reason."""
    year = file_or_404(request, code)
    asked = next((each for each in requirements(year, today()) if each.code == paper), None)
    if asked is None or asked.made_here:
        raise Http404(paper)
    if not attachable(year, request.acting, {paper}):
        raise Forbidden("Ở trạng thái này ông, bà không thêm được giấy tờ này vào hồ sơ.")
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        taken, refused = _attach(year, asked, form, by=request.acting)
        if taken:
            message_kept(request, f"Đã nhận {len(taken)} tệp cho “{asked.name}”.", upload_key(year, paper))
            for sentence in refused:
                messages.error(request, sentence)
            return redirect(f"{reverse('documents', args=[code])}#{paper}")
        form.add_error("uploads", refused)
    context = {"form": form, "asked": asked, "key": upload_key(year, paper)}
    return part(
        request, year, "documents", "projects/files/upload.html", context, status=400 if form.errors else 200
    )


def _attach(
    year: ProjectYear, asked: Requirement, form: UploadForm, *, by: Position
) -> tuple[list[Document], list[str]]:
    """Documents stored, and a sentence for each file that was refused."""
    taken: list[Document] = []
    refused: list[str] = []
    for upload in form.chosen:
        try:
            document = attach_document(
                year,
                by=by,
                code=asked.code,
                title=asked.name,
                upload=upload,
                number=form.cleaned_data["number"],
                dated=form.cleaned_data["dated"],
                original_at=form.cleaned_data["original_at"],
            )
        except Forbidden:
            raise
        except Refused as refusal:
            refused += refusal.reasons
        else:
            taken.append(document)
    return taken, refused


@require_safe
def document(request: ActingRequest, pk: int) -> FileResponse:
    """An upload, as the type that was found in it and never as another."""
    return upload_answer(document_or_404(request, pk))


def upload_answer(found: Upload) -> FileResponse:
    """The stored upload: shown in place where a browser may, else to be kept."""
    in_place = found.content_type in SHOWN_IN_PLACE
    return FileResponse(
        found.file.open("rb"),
        as_attachment=not in_place,
        filename=found.file_name,
        content_type=found.content_type,
        headers={
            "Content-Security-Policy": FOR_READERS if found.content_type == PDF else LOCKED_AWAY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_remove(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask, then take an upload out of the file; what was uploaded stays on record."""
    found = document_or_404(request, pk)
    year = file_or_404(request, found.project_year.address)
    if not may_remove(found, request.acting):
        raise Forbidden("Ở trạng thái này ông, bà không bỏ được giấy tờ này khỏi hồ sơ.")
    if request.method == "POST":
        remove_document(found, by=request.acting)
        messages.success(request, f"Đã gỡ {found.file_name}.")
        return redirect(f"{reverse('documents', args=[year.address])}#{found.code}")
    return part(request, year, "documents", "projects/files/document_remove.html", {"document": found})
