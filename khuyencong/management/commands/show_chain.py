import shutil
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from projects.chain_text import document, mermaid, text
from projects.workflow import ROUTES


class Command(BaseCommand):
    help = "In quy trình xử lý hồ sơ của hai chương trình: bảng, hoặc sơ đồ trạng thái."

    def add_arguments(self, parser: CommandParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--mermaid", action="store_true", help="sơ đồ trạng thái cho Mermaid")
        form.add_argument("--markdown", action="store_true", help="trang docs/chain.md")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["mermaid"]:
            found = "\n".join(f"%% {route.label}\n{mermaid(route)}" for route in ROUTES.values())
        elif options["markdown"]:
            found = document()
        else:
            found = text(max(shutil.get_terminal_size((160, 40)).columns, 120))
        self.stdout.write(found, ending="")
