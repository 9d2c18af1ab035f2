from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from khuyencong.databases import schema_lock


class Command(migrate.Command):
    """Django's own, as the owner of the tables unless told otherwise; one at a time, and never beside a backup."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, database: str, **options: Any) -> None:
        with schema_lock(database):
            super().handle(*args, database=database, **options)
