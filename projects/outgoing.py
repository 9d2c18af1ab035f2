"""The book of outgoing papers of a body (sổ đăng ký văn bản đi; Decree 30/2020, article 15): what it numbered, by kind
and year, with the numbers that are not here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Value, Window
from django.db.models.functions import Cast, Lag

from accounts.models import Organisation
from projects.models import Event, ListAct, Paper, PaperKind, RegistrationReport
from projects.rows.plan import PREREGISTER
from projects.workflow import label_of

NUMBER = r"[0-9]+"
"""The number before the symbol: "125" of "125a/CV-TTKC"."""

BOOKED = tuple(kind for kind in PaperKind if kind != PaperKind.VOUCHER)
"""Kinds that the body numbers itself; the Treasury's vouchers have its numbers."""


def numbered(issuer: Organisation, year: int, kind: str = "") -> QuerySet[Paper]:
    """Papers that ``issuer`` numbered in ``year``, by kind and number (``counted``), each with the number before it in
    its kind (``before``; None: it is the first)."""
    kinds = [kind] if kind in BOOKED else list(BOOKED)
    rows = Paper.objects.filter(issuer=issuer, year=year, kind__in=kinds).annotate(counted=_counted())
    return (
        rows.annotate(before=Window(Lag("counted"), partition_by=F("kind"), order_by=[F("counted"), F("pk")]))
        .select_related("signer__person", "recorded_by__person")
        .order_by("kind", "counted", "pk")
    )


def _counted() -> Cast:
    return Cast(Func(F("number"), Value(NUMBER), function="substring"), output_field=IntegerField())


def last_number(issuer: Organisation, kind: str, year: int) -> str:
    """Number and symbol of the highest number of the kind in the year; "" for none."""
    rows = Paper.objects.filter(issuer=issuer, year=year, kind=kind).annotate(counted=_counted())
    last = rows.order_by("-counted", "-pk").values_list("number", flat=True).first()
    return last or ""


@dataclass(frozen=True)
class Entry:
    """One paper of the book. ``gap`` are the numbers before it that are not here: "3", "3–7", "" for none;
    ``about`` the act and the files on which it was recorded."""

    paper: Paper
    gap: str
    about: str

    @property
    def summary(self) -> str:
        """What the paper says, and for which files."""
        return "; ".join(part for part in (self.paper.summary, self.about) if part)


def entries(papers: Iterable[Paper]) -> list[Entry]:
    """The papers as the book shows them; three queries."""
    papers = list(papers)
    about = _about([paper.pk for paper in papers])
    return [Entry(paper, _gap(paper), about.get(paper.pk, "")) for paper in papers]


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
