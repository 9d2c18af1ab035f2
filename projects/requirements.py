"""Which papers a file must carry (papers.md §5.2, §5.3), and which it still lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import valid_on
from projects.groups import named_by_plan
from projects.models import (
    ActivityPaper,
    Document,
    Nature,
    Project,
    ProjectKind,
    ProjectYear,
    RequiredPaper,
    Stage,
)
from projects.states import State


@dataclass(frozen=True)
class Requirement:
    """One paper of the list: what it is, at which stage, on which ground, and the uploads that answer it."""

    code: str
    name: str
    stage: str
    stage_label: str
    owner: str
    copy: str
    article: str
    certainty: str
    blocks: bool
    made_here: bool
    documents: tuple[Document, ...]

    @property
    def met(self) -> bool:
        return self.made_here or bool(self.documents)


@dataclass(frozen=True)
class MissingPaper:
    """A paper that must be there and is not."""

    code: str
    name: str


def requirements(year: ProjectYear, day: dt.date) -> list[Requirement]:
    """All papers for the file on ``day`` in the order of their codes; three queries at any length."""
    project = year.project
    documents: dict[str, list[Document]] = {}
    for document in year.documents.filter(removed_at__isnull=True).select_related("uploaded_by__person"):
        documents.setdefault(document.code, []).append(document)
    asked: list[RequiredPaper | ActivityPaper] = [*_general(project, day), *_of_the_activity(project, day)]
    by_plan = named_by_plan(project, day)
    return [_requirement(paper, documents, by_plan=by_plan) for paper in asked]


def _general(project: Project, day: dt.date) -> QuerySet[RequiredPaper]:
    """What every file of this kind and programme carries."""
    rows = RequiredPaper.objects.filter(
        valid_on(day),
        Q(programme="") | Q(programme=project.programme),
        Q(province__isnull=True) | Q(province_id=project.province_id),
    )
    return rows if project.kind == ProjectKind.PROJECT else rows.filter(named_only=False)


def _of_the_activity(project: Project, day: dt.date) -> QuerySet[ActivityPaper]:
    """What the type of activity adds; a stand-alone estimate has none of it."""
    rows = ActivityPaper.objects.filter(
        valid_on(day),
        Q(province__isnull=True) | Q(province_id=project.province_id),
        activity_id=project.activity_id,
    )
    if project.nature != Nature.GROUP:
        rows = rows.exclude(stage=Stage.PLAN)
    return rows.none() if project.kind == ProjectKind.ESTIMATE else rows


def papers_of_stage(stage: Stage) -> set[str]:
    """Codes of all papers that any file carries at ``stage``; one query."""
    general = RequiredPaper.objects.filter(stage=stage).order_by().values_list("code")
    return {
        code
        for (code,) in general.union(ActivityPaper.objects.filter(stage=stage).order_by().values_list("code"))
    }


_REACHED = {
    Stage.SUBMIT: State.DRAFT,
    Stage.APPRAISE: State.SUBMITTED,
    Stage.REGISTER: State.APPRAISED_DEPARTMENT,
    Stage.APPROVE: State.APPRAISED_DEPARTMENT,
    Stage.PLAN: State.FUNDED,
    Stage.CONTRACT: State.FUNDED,
    Stage.ADVANCE: State.CONTRACTED,
    Stage.PROGRESS: State.CONTRACTED,
    Stage.ACCEPT: State.IN_PROGRESS,
    Stage.SETTLE: State.ACCEPTED,
}
"""From which state on the papers of a stage are due."""


def reached(stage: str, state: str) -> bool:
    """Whether a file in ``state`` has come to ``stage``; files that left the way show all their papers."""
    path = list(State)
    here = State.DRAFT if state == State.RETURNED else State(state)
    return path.index(here) >= path.index(_REACHED[Stage(stage)])


def papers_of_the_plan(project: Project, day: dt.date) -> set[str]:
    """Codes of papers that a group project brings with its plan of implementation, others with the file; one query."""
    if not named_by_plan(project, day):
        return set()
    return set(_general(project, day).filter(_BY_PLAN).values_list("code", flat=True))


_BY_PLAN = Q(named_only=True, stage=Stage.SUBMIT)
"""Papers of beneficiaries: a group project brings them with its plan, where it first names them."""


def _requirement(
    paper: RequiredPaper | ActivityPaper, documents: dict[str, list[Document]], *, by_plan: bool
) -> Requirement:
    stage = Stage(paper.stage)
    if by_plan and stage == Stage.SUBMIT and getattr(paper, "named_only", False):
        stage = Stage.PLAN
    return Requirement(
        code=paper.code,
        name=paper.name,
        stage=stage,
        stage_label=str(stage.label),
        owner=getattr(paper, "owner", ""),
        copy=getattr(paper, "copy", ""),
        article=paper.article,
        certainty=paper.certainty,
        blocks=paper.blocks,
        made_here=getattr(paper, "made_here", False),
        documents=tuple(documents.get(paper.code, ())),
    )


def lacking(what: str, year: ProjectYear, day: dt.date, stage: Stage = Stage.SUBMIT) -> str | None:
    """The sentence that ``what`` lacks papers, with their names; None when it has them all."""
    missing = missing_papers(year, day, stage)
    return f"{what} còn thiếu: {'; '.join(paper.name for paper in missing)}." if missing else None


def missing_papers(year: ProjectYear, day: dt.date, stage: Stage = Stage.SUBMIT) -> list[MissingPaper]:
    """Blocking papers of ``stage`` that the file lacks, by code; one query."""
    there = Document.objects.filter(project_year=year, removed_at__isnull=True, code=OuterRef("code"))
    due = Q(stage=stage)
    if named_by_plan(year.project, day):
        due = due & ~_BY_PLAN if stage == Stage.SUBMIT else due | _BY_PLAN if stage == Stage.PLAN else due
    general = _general(year.project, day).filter(due, blocks=True, made_here=False)
    extra = _of_the_activity(year.project, day).filter(stage=stage, blocks=True)
    rows = [each.exclude(Exists(there)).order_by().values_list("code", "name") for each in (general, extra)]
    return [MissingPaper(code, name) for code, name in rows[0].union(rows[1]).order_by("code")]
