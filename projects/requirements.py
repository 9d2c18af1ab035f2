"""Which papers a file must carry (papers.md §5.2, §5.3), and which it still lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import valid_on
from projects.models import ActivityPaper, Document, ProjectKind, ProjectYear, RequiredPaper, Stage
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


def requirements(year: ProjectYear, day: dt.date) -> list[Requirement]:
    """All papers for the file on ``day`` in the order of their codes; three queries at any length."""
    project = year.project
    documents: dict[str, list[Document]] = {}
    for document in year.documents.filter(removed_at__isnull=True).select_related("uploaded_by__person"):
        documents.setdefault(document.code, []).append(document)
    general = RequiredPaper.objects.filter(
        valid_on(day),
        Q(programme="") | Q(programme=project.programme),
        Q(province__isnull=True) | Q(province_id=project.province_id),
    )
    if project.kind != ProjectKind.PROJECT:
        general = general.filter(named_only=False)
    found = [_requirement(paper, documents) for paper in general]
    if project.kind != ProjectKind.ESTIMATE:
        extra = ActivityPaper.objects.filter(valid_on(day), activity_id=project.activity_id)
        found += [_requirement(paper, documents) for paper in extra]
    return found


_REACHED = {
    Stage.SUBMIT: State.DRAFT,
    Stage.APPRAISE: State.SUBMITTED,
    Stage.REGISTER: State.APPRAISED_DEPARTMENT,
    Stage.APPROVE: State.APPRAISED_DEPARTMENT,
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


def _requirement(paper: RequiredPaper | ActivityPaper, documents: dict[str, list[Document]]) -> Requirement:
    return Requirement(
        code=paper.code,
        name=paper.name,
        stage=paper.stage,
        stage_label=paper.get_stage_display(),
        owner=getattr(paper, "owner", ""),
        copy=getattr(paper, "copy", ""),
        article=paper.article,
        certainty=paper.certainty,
        blocks=paper.blocks,
        made_here=getattr(paper, "made_here", False),
        documents=tuple(documents.get(paper.code, ())),
    )


def missing_papers(year: ProjectYear, day: dt.date, stage: Stage = Stage.SUBMIT) -> list[Requirement]:
    """Blocking papers of ``stage`` that the file lacks."""
    return [
        paper for paper in requirements(year, day) if paper.stage == stage and paper.blocks and not paper.met
    ]
