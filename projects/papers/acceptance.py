"""Minutes of acceptance at the site (TT 36/2013/TT-BCT, articles 14, 19 and 21; forms 5a–5c, own layout)."""

from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from khuyencong.lib.paper import PaperFrame
from projects.papers.parts import Funding


@dataclass(frozen=True, kw_only=True)
class Party:
    """One side at the table: `role` such as "Đơn vị thụ hưởng", people as "Ông Trần Văn Bình, Giám đốc"."""

    role: str
    organisation: str
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AcceptedOutput:
    """One counted result, in the unit of its indicator."""

    name: str
    unit: str
    value: int


@dataclass(frozen=True, kw_only=True)
class AcceptancePaper:
    """Minutes for one beneficiary, or for a file without beneficiaries.

    `form` is the official number the layout follows ("5a"), `contract` reads "Hợp đồng số … ngày …".
    `contracted` and `accepted` are đồng by source, the counterpart among them; `works` tells volume and
    quality. The frame has no place: day and place of the meeting stand in the text.
    """

    frame: PaperFrame
    form: str
    code: str
    title: str
    programme: str
    contract: str
    beneficiary: str
    place: str
    held_on: date
    held_at: str
    parties: tuple[Party, ...]
    works: str
    outputs: tuple[AcceptedOutput, ...]
    contracted: Funding
    accepted: Funding
    conclusion: str

    @property
    def copies(self) -> str:
        """One copy for each party, with two digits."""
        return f"{len(self.parties):02d}"


def acceptance_html(paper: AcceptancePaper) -> str:
    """The minutes, signed by every party."""
    return render_to_string("papers/acceptance.html", {"paper": paper, "frame": paper.frame})
