"""What a list of files is narrowed by, as it stands in the address of the page (and of the API)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from budgets.models import Activity, Programme
from khuyencong.lib.vietnamese import nfc
from projects.models import EstimateLine, ProjectYear
from projects.queries import in_province, search_files
from projects.states import WRITABLE, State


@dataclass(frozen=True)
class FileFilter:
    """Words of the address; "" means all. ``province`` and ``implementer`` are slugs, ``activity`` a code (T10)."""

    q: str = ""
    year: str = ""
    programme: str = ""
    state: str = ""
    activity: str = ""
    province: str = ""
    implementer: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> FileFilter:
        """Read the address; what is longer than anything that could match is cut."""
        return cls(**{field.name: nfc(parameters.get(field.name, "")).strip()[:80] for field in fields(cls)})

    def apply(self, rows: QuerySet[ProjectYear]) -> QuerySet[ProjectYear]:
        """The rows that match every word; a word that cannot match leaves none."""
        if self.year:
            rows = (
                rows.filter(year=int(self.year))
                if self.year.isdecimal() and len(self.year) == 4
                else rows.none()
            )
        exact = {
            "project__programme": self.programme,
            "state": self.state,
            "project__activity__code": self.activity,
            "project__implementer__slug": self.implementer,
        }
        rows = rows.filter(**{name: value for name, value in exact.items() if value})
        if self.province:  # with what it took over in the middle of its way
            rows = rows.filter(
                in_province(slug=self.province) | Q(project__tenant__province__slug=self.province)
            )
        return search_files(rows, self.q) if self.q else rows

    def words(self) -> dict[str, str]:
        """The words that are set, as ``of`` reads them."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @property
    def is_on(self) -> bool:
        return bool(self.words())

    def labels(self, names: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
        """(parameter, what the reader calls it) of each word set; ``names`` maps parameters to labels of values."""
        return [(name, names.get(name, {}).get(value, value)) for name, value in self.words().items()]


def with_asked(rows: QuerySet[ProjectYear]) -> QuerySet[ProjectYear]:
    """Adds ``asked`` and ``own`` (đồng): State support and counterpart now in force, of files still being written
    what their estimate says."""
    return rows.annotate(
        asked=Case(
            When(state__in=WRITABLE, project__programme=Programme.NATIONAL, then=_typed("national")),
            When(state__in=WRITABLE, then=_typed("local")),
            default=F("support"),
            output_field=BigIntegerField(),
        ),
        own=Case(
            When(state__in=WRITABLE, then=_typed("counterpart")),
            default=F("counterpart"),
            output_field=BigIntegerField(),
        ),
    )


def _typed(column: str) -> Coalesce:
    lines = EstimateLine.objects.filter(project_year=OuterRef("pk")).order_by().values("project_year")
    return Coalesce(
        Subquery(lines.annotate(total=Sum(column)).values("total"), output_field=BigIntegerField()), 0
    )


def state_labels() -> dict[str, str]:
    return {state.value: str(state.label) for state in State}


def activity_labels() -> dict[str, str]:
    """Code → "T10 – Ứng dụng máy móc tiên tiến", in the order of the law."""
    return {activity.code: str(activity) for activity in Activity.objects.order_by("pk")}
