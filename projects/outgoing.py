"""The book of outgoing papers of a body (sổ đăng ký văn bản đi; Decree 30/2020, article 15): what it numbered, by kind
and year, with the numbers that are not here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, F, Func, Max, Q, QuerySet, RowRange, Value, Window
from django.db.models.functions import Cast, Lag

from accounts.models import Organisation
from khuyencong.lib.dates import short_date
from khuyencong.lib.numbers import grouped
from projects.models import Event, ListAct, Paper, PaperKind, RegistrationReport
from projects.rows.plan import PREREGISTER
from projects.workflow import label_of

NUMBER = r"[0-9]{1,18}"
"""The number before the symbol: "125" of "125a/CV-TTKC"; of a mistyped endless one what the database can count."""

BOOKED = tuple(kind for kind in PaperKind if kind != PaperKind.VOUCHER)
"""Kinds that the body numbers itself; the Treasury's vouchers have its numbers."""


def numbered(issuer: Organisation, year: int, kind: str = "") -> QuerySet[Paper]:
    """Papers that ``issuer`` numbered in ``year``, by kind and number (``counted``), each with the number before it in
    its kind (``before``; None: it is the first) and the latest day of the numbers below it (``latest``). Papers of one
    number ("125", "125a") stand by their day."""
    order = [F("counted"), F("dated"), F("pk")]
    rows = _booked(issuer, year, kind).annotate(counted=_counted())
    return (
        rows.annotate(
            before=Window(Lag("counted"), partition_by=F("kind"), order_by=order),
            latest=Window(Max("dated"), partition_by=F("kind"), order_by=order, frame=RowRange(end=-1)),
        )
        .select_related("signer__person", "recorded_by__person")
        .order_by("kind", "counted", "dated", "pk")
    )


def missing(issuer: Organisation, year: int, kind: str = "") -> list[str]:
    """How many numbers are not here below the highest of each kind: "Công văn 12 số"; kinds without gaps are left
    out. One query."""
    rows = _booked(issuer, year, kind).annotate(counted=_counted()).values("kind").order_by("kind")
    gaps = rows.annotate(gaps=Max("counted") - Count("counted", distinct=True)).values_list("kind", "gaps")
    return [f"{PaperKind(name).label} {grouped(count)} số" for name, count in gaps if count]


def _booked(issuer: Organisation, year: int, kind: str) -> QuerySet[Paper]:
    kinds = [kind] if kind in BOOKED else list(BOOKED)
    return Paper.objects.filter(issuer=issuer, year=year, kind__in=kinds)


def _counted() -> Cast:
    return Cast(Func(F("number"), Value(NUMBER), function="substring"), output_field=BigIntegerField())


def last_paper(issuer: Organisation, kind: str, year: int) -> Paper | None:
    """The one of the highest number of the kind in the year; None for none."""
    rows = Paper.objects.filter(issuer=issuer, year=year, kind=kind).annotate(counted=_counted())
    return rows.order_by("-counted", "-pk").first()


@dataclass(frozen=True)
class Entry:
    """One paper of the book. ``gap`` are the numbers before it that are not here: "3", "3–7", "" for none;
    ``about`` the act and the files on which it was recorded; ``out_of_turn`` says that a smaller number has a later
    day, "" where days follow numbers."""

    paper: Paper
    gap: str
    about: str
    out_of_turn: str

    @property
    def summary(self) -> str:
        """What the paper says, and for which files."""
        return "; ".join(part for part in (self.paper.summary, self.about) if part)


def entries(papers: Iterable[Paper]) -> list[Entry]:
    """The papers, rows of ``numbered``, as the book shows them; four queries, one less where all are in turn."""
    papers = list(papers)
    about, out_of_turn = _about([paper.pk for paper in papers]), _out_of_turn(papers)
    return [
        Entry(paper, _gap(paper), about.get(paper.pk, ""), out_of_turn.get(paper.pk, "")) for paper in papers
    ]


def _out_of_turn(papers: Sequence[Any]) -> Mapping[int, str]:
    """Of the papers whose day is before that of a smaller number: a sentence that names it."""
    late = [paper for paper in papers if paper.latest is not None and paper.dated < paper.latest]
    if not late:
        return {}
    later = Paper.objects.filter(
        Q(*(Q(kind=paper.kind, dated=paper.latest) for paper in late), _connector=Q.OR),
        issuer__in={paper.issuer_id for paper in late},
    ).annotate(counted=_counted())
    first = {
        (each.issuer_id, each.kind, each.dated): each.number for each in later.order_by("-counted", "-pk")
    }
    return {
        paper.pk: f"Số {first[paper.issuer_id, paper.kind, paper.latest]} nhỏ hơn mà ghi ngày muộn hơn: "
        f"{short_date(paper.latest)}."
        for paper in late
    }


def _gap(paper: Any) -> str:
    first, last = (paper.before or 0) + 1, paper.counted - 1
    if first > last:
        return ""
    return str(first) if first == last else f"{first}–{last}"


def _about(keys: list[int]) -> Mapping[int, str]:
    """What each paper was recorded for: codes of files; of a list how many."""
    found: dict[int, list[str]] = {}
    of_lists = set(ListAct.objects.filter(paper__in=keys).values_list("paper", flat=True))
    rows = (
        Event.objects.filter(paper__in=keys)
        .order_by("paper", "project_year__project__code")
        .values_list("paper", "project_year__project__code", "action")
        .distinct()
    )
    acts: dict[int, str] = {}
    registered = dict(RegistrationReport.objects.filter(paper__in=keys).values_list("paper", "round__year"))
    for paper, code, action in rows:
        acts[paper] = label_of(action)
        found.setdefault(paper, []).append(code)
    return {paper: f"{PREREGISTER.label} năm {year}" for paper, year in registered.items()} | {
        paper: f"{acts[paper]}: {_of_list(codes) if paper in of_lists else _of_files(codes)}"
        for paper, codes in found.items()
    }


SHOWN = 3


def _of_list(codes: list[str]) -> str:
    return f"danh mục {len(set(codes))} hồ sơ"


def _of_files(codes: list[str]) -> str:
    each = list(dict.fromkeys(codes))
    return ", ".join(each[:SHOWN]) + (f" và {len(each) - SHOWN} hồ sơ khác" if len(each) > SHOWN else "")
