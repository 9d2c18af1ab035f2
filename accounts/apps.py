from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Tổ chức và tài khoản"

    def ready(self) -> None:
        from accounts import checks

        connection_created.connect(checks.refuse_careless_login)
        post_migrate.connect(_build_wall, sender=self)


def _build_wall(using: str, **_: Any) -> None:
    """After every migration the wall is made equal to the models again (accounts/wall.py)."""
    from accounts import wall

    wall.build(connections[using])
