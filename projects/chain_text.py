"""The chain in words: its tables for the terminal and the documentation, its diagram for Mermaid."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from khuyencong.lib.workflow import Action, Route
from projects.models import PaperKind
from projects.states import FINAL, State
from projects.workflow import ROUTES

HEADER = ("Việc", "Từ → đến", "Ai", "Phải có", "Kết quả", "Văn bản", "Căn cứ")
SHARES = (16, 17, 13, 22, 17, 7, 8)  # of the width, in percent
STAYS = "giữ nguyên"

OPENING = (
    "# The chain\n\nWritten by `manage.py show_chain --markdown > docs/chain.md` from `projects/workflow.py`; "
    "a test fails when it differs. Vietnamese words are what the user reads. Beside what stands here, the "
    "database holds the limits G1–G3, G6–G9 and G14 (`*/sql/*.sql`). Where a head stands, his deputy acts by an "
    "assignment (KT.), the head of the body below by a written authorisation (TUQ.): decision 20. Short names of the "
    "law: N30, N45 = NĐ 30/2020, 45/2012; T36, T46 = TT 36/2013, 46/2012; L26 = TTLT 26/2014.\n"
)

Cells = tuple[tuple[str, ...], ...]
"""A row of the table: for each column its points, one to a line."""


def table(route: Route) -> list[Cells]:
    """A row for each action of ``route``, in the order of the table in workflow.py, with the columns of HEADER."""
    return [_cells(row) for row in route.actions]


def _cells(row: Action) -> Cells:
    return (
        (row.label, f"({row.name})"),
        (_labels(row.sources), *_targets(row)),
        tuple(who.label for who in row.who),
        tuple(
            [guard.statement for guard in (*row.guards, *row.checks)]
            + [f"{guard.statement}, nếu không phải ghi lý do" for guard in (*row.warnings, *row.doubts)]
        ),
        tuple(row.follows())
        + tuple(f"{verdict.label}: {each.sentence}" for verdict in row.verdicts for each in verdict.effects),
        (str(PaperKind(row.paper).label),) if row.paper else (),
        (row.article,),
    )


def _labels(states: Iterable[str]) -> str:
    return ", ".join(str(State(state).label) for state in states)


def _targets(row: Action) -> list[str]:
    if row.verdicts:
        return [
            f"→ {verdict.label}: {State(verdict.target).label if verdict.target else STAYS}"
            for verdict in row.verdicts
        ]
    if row.target is None:
        return [f"→ {STAYS}"]
    last = " (khi là lần cuối)" if row.completes else ""
    return [f"→ {State(row.target).label}{last}"]


def mermaid(route: Route) -> str:
    """The route as a state diagram; acts that leave the state as it is are not drawn."""
    states = dict.fromkeys([route.start, *(state for _, state, _ in _arrows(route))])
    lines = ["stateDiagram-v2"]
    lines += [f"    {state}: {State(state).label}" for state in states]
    lines.append(f"    [*] --> {route.start}")
    lines += [f"    {source} --> {target}: {label}" for source, target, label in _arrows(route)]
    lines += [f"    {state} --> [*]" for state in states if state in FINAL]
    return "\n".join(lines) + "\n"


def _arrows(route: Route) -> list[tuple[str, str, str]]:
    arrows = []
    for row in route.actions:
        targets = (
            [(verdict.target, f"{row.label} ({verdict.label})") for verdict in row.verdicts]
            if row.verdicts
            else [(row.target, row.label)]
        )
        arrows += [
            (source, target, label)
            for source in row.sources
            for target, label in targets
            if target is not None and target != source
        ]
    return arrows


def text(width: int) -> str:
    """All routes as tables of ``width`` characters."""
    widths = [max((width - 3 * len(SHARES)) * share // 100, 9) for share in SHARES]
    rule = "-+-".join("-" * each for each in widths)
    parts = []
    for route in ROUTES.values():
        rows = [_wrapped(tuple((name,) for name in HEADER), widths)]
        rows += [_wrapped(cells, widths) for cells in table(route)]
        parts.append(f"{route.label} ({route.name})\n\n" + f"\n{rule}\n".join(rows) + "\n")
    return "\n".join(parts)


def _wrapped(cells: Cells, widths: Sequence[int]) -> str:
    columns = [
        [line for point in points for line in textwrap.wrap(point, width, subsequent_indent="  ")]
        for points, width in zip(cells, widths, strict=True)
    ]
    height = max(len(column) for column in columns)
    filled = [column + [""] * (height - len(column)) for column in columns]
    return "\n".join(
        " | ".join(line.ljust(width) for line, width in zip(lines, widths, strict=True)).rstrip()
        for lines in zip(*filled, strict=True)
    )


def document() -> str:
    """docs/chain.md: for each route its diagram and its table."""
    parts = [OPENING]
    for route in ROUTES.values():
        rows = [" | ".join(HEADER), " | ".join("---" for _ in HEADER)]
        rows += [" | ".join("<br>".join(points) for points in cells) for cells in table(route)]
        body = "\n".join(f"| {row} |" for row in rows)
        parts.append(f"## {route.label} (`{route.name}`)\n\n```mermaid\n{mermaid(route)}```\n\n{body}\n")
    return "\n".join(parts)
