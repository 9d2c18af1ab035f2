"""Minutes of the hand-over of a desk."""

from __future__ import annotations

from itertools import groupby

from django.template.loader import render_to_string

from accounts.queries import heading_of
from khuyencong.lib.dates import ZONE
from khuyencong.lib.paper import Signature
from projects.desks import KINDS
from projects.models import HandOver, PaperKind
from projects.papers.from_files.heads import frame_of
from projects.papers.from_files.printable import Printable
from projects.signing import Manner, SignedAs, lines_above


def handover_printable(row: HandOver) -> Printable:
    """What moved, what stayed, and room for three signatures: who gives, who takes, the head."""
    at = row.at.astimezone(ZONE)
    body, day = row.organisation, at.date()
    frame = frame_of(
        body,
        day,
        symbol="BB",
        type_name="Biên bản",
        summary="Bàn giao công việc",
        with_place=False,
        signatures=(
            Signature(lines=("BÊN GIAO",), name=str(row.leaver.person)),
            Signature(lines=("BÊN NHẬN",), name=str(row.successor.person)),
            Signature(
                lines=tuple(lines_above(row.by, SignedAs(Manner.OWN, body), PaperKind.MINUTES, day)),
                name=str(row.by.person),
            ),
        ),
        recipients=("Bên giao, bên nhận", "Lưu: VT"),
    )
    context = {"frame": frame, "row": row, "at": at, "groups": _groups(row.items), "left": _groups(row.left)}
    return Printable(
        html=render_to_string("papers/handover.html", context),
        title=f"Biên bản bàn giao công việc {row.pk}",
        author=heading_of(body, day).name,
        created=at,
        identifier=f"handover {row.pk}",
        file_name=f"bien-ban-ban-giao-{row.pk}.pdf",
    )


def _groups(items: list[dict[str, str]]) -> list[tuple[str, list[str]]]:
    """Heading and lines, in the order of KINDS."""
    order = list(KINDS)
    rows = sorted(items, key=lambda item: order.index(item["kind"]))
    return [
        (KINDS[kind], [item["label"] for item in found])
        for kind, found in groupby(rows, key=lambda item: item["kind"])
    ]
