import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import OrganisationKind, Position, PositionKind
from accounts.tenancy import acting_as
from khuyencong.lib.workflow import Refused
from reporting.as_json import report_json
from reporting.parameters import parse
from reporting.printing import report_printable
from reporting.quarterly import quarterly

FORMATS = ("json", "pdf")


class Command(BaseCommand):
    """Acts as the agency's SYSTEM position for every scope: all that a report counts is open to the nation."""

    help = "Lập một báo cáo không cần trang web: JSON ra đầu ra chuẩn, hoặc tệp PDF (dự thảo, chưa có số)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE")
        parser.add_argument(
            "--scope", required=True, help="nation, north, central, south hoặc định danh của tỉnh"
        )
        parser.add_argument("--year", required=True, help="một năm, hoặc 2014-2018 với kỳ m12")
        parser.add_argument("--period", required=True, help="q1–q4, month1–month12 hoặc m1–m12")
        parser.add_argument("--boundaries", help="then (lúc đó, mặc định) hoặc now (hiện nay)")
        parser.add_argument("--as-of", help="số liệu có hiệu lực đến ngày, dạng 2026-12-31; mặc định hôm nay")
        parser.add_argument("--format", required=True, help="json hoặc pdf")
        parser.add_argument("--out", type=Path, help="ghi vào tệp thay cho đầu ra chuẩn")

    def handle(
        self,
        *_: Any,
        code: str,
        scope: str,
        year: str,
        period: str,
        boundaries: str | None,
        as_of: str | None,
        out: Path | None,
        **options: Any,
    ) -> None:
        if options["format"] not in FORMATS:
            raise CommandError(f"Định dạng là một trong: {', '.join(FORMATS)}.", returncode=2)
        try:
            asked = parse(
                code=code, scope=scope, year=year, period=period, boundaries=boundaries, as_of=as_of
            )
            with acting_as(_agency_system()):
                report = quarterly(asked)
                printable = report_printable(report) if options["format"] == "pdf" else None
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from refused
        if printable is not None:
            content = printable.pdf()
        else:
            content = (json.dumps(report_json(report), ensure_ascii=False, indent=1) + "\n").encode()
        if out is None:
            sys.stdout.buffer.write(content)
            return
        try:
            out.write_bytes(content)
        except OSError as error:
            raise CommandError(f"Không ghi được tệp {out}: {error.strerror}.", returncode=2) from error


def _agency_system() -> Position:
    return Position.objects.select_related("organisation__province", "organisation__tenant").get(
        organisation__kind=OrganisationKind.AGENCY, kind=PositionKind.SYSTEM
    )
