from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.figures_import import BadFile, import_figures


class Command(BaseCommand):
    help = "Nạp số liệu đã công bố của các năm trước từ tệp CSV; có lỗi thì không nạp dòng nào."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra, không ghi")

    def handle(self, *_: Any, file: Path, dry_run: bool, **__: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"Không đọc được tệp {file}: {error.strerror}.", returncode=2) from error
        try:
            done = import_figures(content, dry_run=dry_run)
        except BadFile as bad:
            raise CommandError(f"Tệp có lỗi, chưa nạp dòng nào.\n{bad}", returncode=1) from bad
        said = "Kiểm tra xong, chưa ghi" if dry_run else "Đã nạp"
        self.stdout.write(f"{said}: thêm {done.added}, sửa {done.changed}, giữ nguyên {done.unchanged}.")
