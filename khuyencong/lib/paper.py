"""What every administrative paper carries around its text (Decree 30/2020/NĐ-CP, annex I)."""

import re
from dataclasses import dataclass
from datetime import date

from khuyencong.lib.dates import long_date
from khuyencong.lib.workflow import Refused

# Room for a number to be written in by hand; no-break, so that it is neither folded nor wrapped.
_BLANK = "\N{NO-BREAK SPACE}" * 8


_NUMBER = re.compile(r"0*(?P<number>[1-9]\d*[A-Za-zĐđ]?)/(?P<symbol>\S+)")


def paper_number(text: str, *, with_symbol: bool = True) -> str:
    """Number and symbol as they are kept, so that one paper is one text: "05 / BC-SCT" is "5/BC-SCT".

    ``with_symbol`` False: papers of others (the Treasury's vouchers), which number as they like. Raises Refused."""
    if not with_symbol:
        bare = " ".join(text.split())
        if not bare:
            raise Refused("Văn bản chưa có số. Hãy ghi số của văn bản.")
        return bare
    found = _NUMBER.fullmatch("".join(text.split()))
    if found is None:
        raise Refused(
            f"“{text}” chưa phải số, ký hiệu văn bản. Hãy ghi số, gạch chéo, ký hiệu, ví dụ 125/BC-SCT "
            "(Nghị định 30/2020/NĐ-CP, Điều 15)."
        )
    return f"{found['number']}/{found['symbol']}"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signer: lines above the name (see `capacity_lines`), the name, a note such as "(Ký, đóng dấu)"."""

    lines: tuple[str, ...]
    name: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperFrame:
    """Head and close of one paper; templates/papers/base.html draws them.

    `superior` and `issuer` stand in the head; a line break in them is kept. `symbol` is what follows the
    number ("QĐ-BCT"); a paper without symbol shows no number, one without `place` no place and date
    (minutes). `authority` names the issuer in running text ("Bộ trưởng Bộ Công Thương"). `recipients_to`,
    `grounds` and `recipients` come without their closing mark. The first of several `signatures` stands
    on the left. `illustration` marks invented names and amounts on every page.
    """

    issuer: str
    dated: date
    type_name: str
    summary: str
    superior: str = ""
    symbol: str = ""
    number: str = ""
    place: str = ""
    authority: str = ""
    recipients_to: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    recipients: tuple[str, ...] = ()
    draft: bool = False
    illustration: bool = False

    @property
    def number_and_symbol(self) -> str:
        """ "05/QĐ-BCT", or room to write the number while the paper has none."""
        return f"{self.number.zfill(2) if self._numbered else _BLANK}/{self.symbol}"

    @property
    def date_words(self) -> str:
        """ "ngày 05 tháng 10 năm 2026"; day and month stay open until the clerk numbers the paper."""
        return long_date(self.dated) if self._numbered else f"ngày … tháng … năm {self.dated.year}"

    @property
    def attached_to(self) -> str:
        """The line under an annex's name: "Kèm theo Quyết định số … ngày … của …"."""
        issued_by = " ".join((self.authority or self.issuer).split())
        return f"Kèm theo {self.type_name} số {self.number_and_symbol} {self.date_words} của {issued_by}"

    @property
    def signature_pairs(self) -> tuple[tuple[Signature, ...], ...]:
        """The signatures two by two, as they stand side by side; an odd last one stands alone."""
        return tuple(self.signatures[i : i + 2] for i in range(0, len(self.signatures), 2))

    @property
    def _numbered(self) -> bool:
        return bool(self.number) and not self.draft


def capacity_lines(
    position: str,
    *,
    collective: str = "",
    by_order_of: str = "",
    by_authority_of: str = "",
    deputy_for: str = "",
    acting: bool = False,
) -> tuple[str, ...]:
    """The lines above a name, from the widest to the signer's own position, in capitals.

    `capacity_lines("Phó Chủ tịch", collective="Ủy ban nhân dân", deputy_for="Chủ tịch")` gives
    TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH / PHÓ CHỦ TỊCH (Decree 30/2020/NĐ-CP, article 13).
    """
    above = (("TM.", collective), ("TL.", by_order_of), ("TUQ.", by_authority_of), ("KT.", deputy_for))
    lines = [f"{mark} {whom}" for mark, whom in above if whom]
    lines.append(f"Q. {position}" if acting else position)
    return tuple(line.upper() for line in lines)
