"""Which of the two connections does what."""

from typing import Any


class OwnerMigrates:
    """Tables are made by `owner`; `default`, the app's login, never migrates."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
