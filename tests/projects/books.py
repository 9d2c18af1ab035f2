"""What tests of the chain ask of a file: where it is, what is booked on it, with which words an act is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from accounts.tenancy import acting_as
from budgets.models import LedgerEntry
from budgets.queries import Balance, balance
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.workflow import Forbidden, NeedsReason, Refused, Stale
from projects.models import Event, ProjectYear

Entry = tuple[str, str, int]
"""Kind, source, amount in đồng."""


KINDS = (NeedsReason, Forbidden, Stale, Refused)
"""Ways to be refused, as pages and the API tell them apart."""


def file_of(walk: Walk) -> ProjectYear:
    """The file as it is now."""
    with acting_as(walk.who("dept")):
        return walk.now()


def source(walk: Walk) -> str:
    """The State source of the file's own programme."""
    return "NATIONAL" if walk.national else "LOCAL"


def state(walk: Walk) -> str:
    return file_of(walk).state


def booked(walk: Walk) -> list[Entry]:
    """The file's ledger in the order of booking."""
    with acting_as(walk.who("dept")):
        entries = LedgerEntry.objects.filter(project_year=walk.year).order_by("pk")
        return list(entries.values_list("kind", "source", "amount"))


@contextmanager
def books(walk: Walk, *entries: Entry) -> Iterator[None]:
    """The block books exactly these entries on the file."""
    before = booked(walk)
    yield
    assert booked(walk)[len(before) :] == list(entries)


def sums(walk: Walk) -> Balance:
    with acting_as(walk.who("dept")):
        return balance(walk.year.pk)


def last_event(walk: Walk) -> Event:
    with acting_as(walk.who("dept")):
        event: Event = (
            Event.objects.select_related("paper", "person", "list_act")
            .filter(project_year=walk.year)
            .latest("pk")
        )
        return event


@contextmanager
def refused(
    walk: Walk, *sentences: str, by: type[Refused] = Refused, after: Sequence[str] = ()
) -> Iterator[None]:
    """The block is refused with exactly these sentences, and neither state, route nor ledger changes, but for what was
    done on the way there: the acts ``after``, as the accountant's check before the head's refusal."""
    before = (state(walk), booked(walk), last_event(walk).pk)
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.reasons == sentences
    assert next(kind for kind in KINDS if isinstance(refusal.value, kind)) is by
    assert (state(walk), booked(walk)) == before[:2]
    with acting_as(walk.who("dept")):
        since = Event.objects.filter(project_year=walk.year, pk__gt=before[2]).order_by("pk")
        assert list(since.values_list("action", flat=True)) == list(after)
