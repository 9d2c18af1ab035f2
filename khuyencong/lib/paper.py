"""What every administrative paper carries around its text (Decree 30/2020/NĐ-CP, annex I)."""

from dataclasses import dataclass
from datetime import date

from khuyencong.lib.dates import long_date

# Room for a number to be written in by hand; no-break, so that it is neither folded nor wrapped.
_BLANK = "\N{NO-BREAK SPACE}" * 8


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
