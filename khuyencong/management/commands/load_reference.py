from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.reference import LOADERS as ACCOUNTS
from budgets.reference import LOADERS as BUDGETS
from projects.reference import LOADERS as PROJECTS


class Command(BaseCommand):
    help = (
        "Nạp danh mục dùng chung (tỉnh, tổ chức, định mức, giấy tờ, chỉ tiêu, ngày nghỉ): "
        "chỉ thêm những gì còn thiếu, không bao giờ ghi đè những gì người quản trị đã sửa."
    )

    def handle(self, *_: Any, verbosity: int, **__: Any) -> None:
        with transaction.atomic():
            for noun, load in (ACCOUNTS | BUDGETS | PROJECTS).items():
                created = load()
                if verbosity and created:
                    self.stdout.write(f"{noun}: thêm {created}")
