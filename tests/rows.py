"""One row in every table behind the wall, for tests that ask each table the same question."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.utils import timezone

from accounts.models import Position, Walled, WalledHeader
from accounts.tenancy import acting_as
from accounts.wall import header_models, walled_models
from khuyencong.lib.dates import today
from succession.models import Change, Status


def fill_every_table(by: Position) -> dict[type[models.Model], models.Model]:
    """A row of ``by``'s province in each walled table, as one file with all that can hang on it."""
    rows: dict[type[models.Model], models.Model] = {}
    Change.objects.get_or_create(  # without one at work there is no move of a file
        status=Status.RUNNING,
        defaults={"kind": "MERGE", "day": today(), "paper_date": today(), "prepared_by": by},
    )
    with acting_as(by):
        for model in [*header_models(), *walled_models()]:
            _make(model, by, rows)
    return rows


def open_file(rows: dict[type[models.Model], models.Model], *, writes: bool) -> None:
    """Open the file among ``rows`` to the nation, inside a scope of its province."""
    from projects.models import Project

    with connection.cursor() as cursor:
        cursor.execute("SELECT kc_send_file(%s, %s)", [rows[Project].pk, writes])


def _make(
    model: type[models.Model], by: Position, rows: dict[type[models.Model], models.Model]
) -> models.Model:
    if model not in rows:
        values = {
            field.name: _value(field, by, rows)
            for field in model._meta.local_fields
            if not field.primary_key and not field.has_default()
        }
        rows[model] = model._default_manager.create(**values)
    return rows[model]


def _value(field: models.Field[Any, Any], by: Position, rows: dict[type[models.Model], models.Model]) -> Any:
    known = {
        "tenant": by.organisation.tenant,
        "person": by.person,
        "province": by.organisation.province,
        "url": "/",
        "replaced": None,  # a line in force
        "outcome": "APPROVED",  # it names the act that decided
    }
    issued = {
        "projects.Slip.state": "issued",
        "projects.Slip.issuer": by.organisation,
        "projects.Slip.programme": "",
    }  # with its number
    if str(field) in issued:
        return issued[str(field)]
    if field.name in known:
        return known[field.name]
    if isinstance(field, models.ForeignKey):
        return _related(field, by, rows)
    if field.choices:
        return next(iter(field.choices))[0]
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return today()
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return f"{by.pk}/1"  # also a paper's number
    return None if field.null else 1


def _related(
    field: models.ForeignKey[Any, Any], by: Position, rows: dict[type[models.Model], models.Model]
) -> models.Model | None:
    target = field.remote_field.model
    if target is field.model:
        return None
    if target is Position and field.name == "successor":  # nobody hands over to himself
        return Position.objects.exclude(pk=by.pk).first()
    if target is Position:
        return by
    if target is type(by.organisation):
        return None if field.null else by.organisation
    if issubclass(target, Walled | WalledHeader):
        return _make(target, by, rows)
    return target._default_manager.first()
