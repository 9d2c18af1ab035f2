"""Builds the demonstration in one transaction, and takes it away again."""

from __future__ import annotations

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connections, transaction

from accounts.models import Consortium, Position, Tenant, Token, User
from accounts.tenancy import acting_as
from accounts.wall import header_models, walled_models
from khuyencong.demonstration.money import assign_money, open_rounds, register_intentions
from khuyencong.demonstration.people import PROVINCES, accounts, everybody, seat_people
from khuyencong.demonstration.story import tell
from khuyencong.demonstration.story_2021 import tell_2021
from khuyencong.demonstration.story_slips import tell_slips
from khuyencong.demonstration.story_years import tell_years
from khuyencong.demonstration.walk import Scene
from khuyencong.demonstration.writing import write_register
from khuyencong.lib.storing import empty
from notices.queries import notices_of
from notices.services import mark_all_read
from projects.models import EndorsementRule, SigningRule

UNREAD = 4
"""Notices that each of the people finds unread."""


def is_built() -> bool:
    """Whether the demonstration's people are there; they come and go with its files."""
    return User.objects.filter(username__in=accounts()).exists()


def is_welcome() -> bool:
    """Whether nobody but its people works here. Everybody knows their passwords: a start that forgot KC_DEMO=0, such
    as the first after a restore, must not let them in."""
    return is_built() or not User.objects.exists()


def build(password: str) -> None:
    """People, rounds, money and files of 2026 and 2027, the year 2021, papers on their way: all or nothing."""
    with transaction.atomic():
        seat_people(password)
        scene = Scene()
        open_rounds(scene)
        assign_money(scene)
        register_intentions(scene)
        register = {key: made for slug in PROVINCES for key, made in write_register(scene, slug).items()}
        tell_2021()
        tell(scene, register)
        tell_years(scene, register)
        tell_slips(scene)
        read_old_notices(scene)


def read_old_notices(scene: Scene) -> None:
    """People of the story have read what they were told, but for the last."""
    for position in scene.people.values():
        with acting_as(position):
            newest = notices_of(position).values_list("pk", flat=True)[UNREAD : UNREAD + 1].first()
            mark_all_read(position, up_to=newest or 0)


def wipe() -> None:
    """Empty every table that belongs to tenants or that positions write, drop the demonstration's people and all
    uploads. As the owner, past the wall: what people entered beside the demonstration goes, too."""
    written = [model for model in apps.get_models() if getattr(model, "positions_write", ())]
    tables = [model._meta.db_table for model in (*walled_models(), *header_models(), *written)]
    with transaction.atomic(using="owner"):
        names = ", ".join(f'"{table}"' for table in tables)
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")
        Consortium.objects.using("owner").all().delete()
        Tenant.objects.using("owner").filter(kind=Tenant.Kind.CONSORTIUM).delete()
        people = User.objects.using("owner").filter(username__in=everybody())
        Token.objects.using("owner").filter(user__in=people).delete()
        EndorsementRule.objects.using("owner").all().delete()
        SigningRule.objects.using("owner").filter(position__person__in=people).delete()
        Position.objects.using("owner").filter(person__in=people).delete()
        people.delete()
    empty(default_storage)
