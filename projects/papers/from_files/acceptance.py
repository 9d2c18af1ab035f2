"""Minutes of one acceptance (T36 articles 14, 19, 21): all parts of the file that were accepted under one paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from accounts.models import Position
from accounts.queries import head_of, heading_of
from budgets.models import Programme
from khuyencong.lib.dates import long_date
from khuyencong.lib.numbers import split_proportionally
from khuyencong.lib.paper import Signature
from projects.models import Acceptance, BeneficiaryShare, ContractItem, Event, Output, PaperKind
from projects.papers.acceptance import AcceptancePaper, AcceptedOutput, Party, acceptance_html
from projects.papers.from_files.contents import contents_of, site_of
from projects.papers.from_files.heads import frame_of
from projects.papers.from_files.printable import Printable, start_of
from projects.papers.from_files.project import programme_in_text
from projects.papers.grounds import PaperType, grounds
from projects.papers.parts import Funding
from projects.queries import implementer_on, shares_at
from projects.signing import COMMITTEE, head_lines
from projects.snapshots import address_of

_STYLES = ("Ông ", "Bà ", "ông ", "bà ")


def acceptance_printable(event: Event, *, draft: bool = False) -> Printable:
    """The minutes of an `accept` event; as a ``draft`` without number and day."""
    paper = acceptance_paper(event)
    paper = replace(paper, frame=replace(paper.frame, draft=draft))
    return Printable(
        html=acceptance_html(paper),
        title=f"{paper.frame.type_name} nghiệm thu {paper.code}",
        author=heading_of(event.organisation, paper.held_on).name,
        created=start_of(paper.held_on),
        identifier=f"acceptance {event.pk}",
        file_name=f"{paper.code}-nghiem-thu-{event.pk}.pdf",
    )


def acceptance_paper(event: Event) -> AcceptancePaper:
    assert event.paper is not None
    year, day = event.project_year, event.paper.dated
    project = year.project
    accepted = list(
        Acceptance.objects.filter(event=event).select_related("share__establishment__province").order_by("pk")
    )
    first = accepted[0]
    content = contents_of([event])[event.pk]
    shares = [row.share for row in accepted if row.share is not None]
    beneficiary = "; ".join(share.establishment.name for share in shares)
    sites = {share["establishment"]: site_of(share) for share in content.data["beneficiaries"]}
    # Those that a plan of implementation, or a change, named later are not in what was sent.
    places = [
        (share.replaces_id is None and sites.get(share.establishment_id))
        or share.place
        or address_of(share.establishment)
        for share in shares
    ]
    place = "; ".join(dict.fromkeys(places)) or content.line("place")
    communes = [share.establishment.commune_name for share in shares]
    parties = _parties(event, first, beneficiary, communes)
    programme = programme_in_text(project.programme)
    return AcceptancePaper(
        frame=frame_of(
            event.organisation,
            day,
            paper=event.paper,
            symbol="BB",
            with_place=False,
            type_name="Biên bản",
            summary=f"Nghiệm thu cơ sở đề án {programme} năm {year.year}",
            grounds=grounds(PaperType.ACCEPTANCE, project.programme, on=day, year=year.year),
            signatures=tuple(
                Signature(lines=_lines(party, offices), name=bare_name(party.people))
                for party, offices in zip(parties, _offices(event, len(parties)), strict=True)
            ),
            illustration=project.is_illustration,
        ),
        form=first.form if project.programme == Programme.NATIONAL else "",
        code=project.code,
        title=content.line("title"),
        programme=programme,
        contract=_contract(event),
        beneficiary=beneficiary,
        place=place,
        held_on=day,
        held_at=place,
        parties=parties,
        works=first.works,
        outputs=tuple(
            AcceptedOutput(name=output.indicator.name, unit=output.indicator.unit, value=output.value)
            for output in Output.objects.filter(acceptance__in=accepted)
            .select_related("indicator")
            .order_by("indicator__order", "pk")
        ),
        contracted=_contracted(event, [share.pk for share in shares]),
        accepted=_funding(
            project.programme,
            sum(row.support for row in accepted),
            sum(row.counterpart for row in accepted),
        ),
        conclusion=first.conclusion,
    )


def _funding(programme: str, support: int, counterpart: int) -> Funding:
    national = programme == Programme.NATIONAL
    return Funding(
        national=support if national else 0, local=0 if national else support, counterpart=counterpart
    )


def _contracted(event: Event, accepted: Sequence[int]) -> Funding:
    """What the contract gives to the accepted shares: in proportion when others are still to be accepted."""
    year, figures = event.project_year, event.figures
    shares = shares_at(event)
    support, counterpart = (
        _part(figures["contracted"], shares, accepted, [share.support for share in shares]),
        _part(figures["counterpart_contracted"], shares, accepted, [share.counterpart for share in shares]),
    )
    return _funding(year.project.programme, support, counterpart)


def _part(total: int, shares: Sequence[BeneficiaryShare], accepted: Sequence[int], weights: list[int]) -> int:
    """The part of ``total`` đồng that falls on the accepted shares by ``weights``; equal parts when none weighs. The
    plan of a group project may give to its beneficiaries less than the contract."""
    if any(weights):
        total = min(total, sum(weights))
    if len(accepted) == len(shares):
        return total
    parts = split_proportionally(total, weights if any(weights) else [1] * len(shares))
    return sum(part for share, part in zip(shares, parts, strict=True) if share.pk in accepted)


def _contract(event: Event) -> str:
    """The contract or task assignment in force on the day, as "Hợp đồng số … ngày …"."""
    item = (
        ContractItem.objects.filter(
            project_year=event.project_year, contract__paper__dated__lte=event.effective_on
        )
        .select_related("contract__paper")
        .latest("pk")
    )
    paper = item.contract.paper
    return f"{paper.get_kind_display()} số {paper.number} {long_date(paper.dated)}"


def _parties(event: Event, first: Acceptance, beneficiary: str, communes: Sequence[str]) -> tuple[Party, ...]:
    """Who sat at the table: the accepting body, the unit, the beneficiaries, the communes when they were there."""
    assert event.paper is not None
    day = event.paper.dated
    implementer = implementer_on(event.project_year.project, day)
    signer = event.paper.signer or head_of(event.organisation, day)
    director = head_of(implementer, day)
    accepting = [signer, event.position] if signer else [event.position]
    parties = [
        Party(
            role="Cơ quan nghiệm thu",
            organisation=heading_of(event.organisation, day).name,
            people=_people(accepting),
        ),
        Party(
            role="Đơn vị thực hiện",
            organisation=heading_of(implementer, day).name,
            people=_people([director] if director else []),
        ),
    ]
    if beneficiary:
        parties.append(
            Party(
                role="Đơn vị thụ hưởng",
                organisation=beneficiary,
                people=_typed(first.beneficiary_representative),
            )
        )
    if first.commune_representative:
        parties.append(
            Party(
                role="UBND cấp xã",
                organisation="; ".join(dict.fromkeys(f"{COMMITTEE} {name}" for name in communes))
                or f"{COMMITTEE} xã, phường nơi thực hiện",
                people=_typed(first.commune_representative),
            )
        )
    return tuple(parties)


def _people(positions: Sequence[Position]) -> tuple[str, ...]:
    return tuple(
        f"{position.person}, {position.title}"
        for position in dict.fromkeys(positions)
        if position.person is not None
    )


def _typed(representative: str) -> tuple[str, ...]:
    return (representative,) if representative else ()


def _offices(event: Event, parties: int) -> list[tuple[str, ...]]:
    """The lines of the two bodies that sign by an office: the accepting body as it signed, the unit by its head."""
    assert event.paper is not None
    unit, _ = head_lines(event.project_year.project.implementer, PaperKind.MINUTES, event.paper.dated)
    return [tuple(event.paper.signed_as), unit, *[()] * (parties - 2)]


def _lines(party: Party, offices: tuple[str, ...]) -> tuple[str, ...]:
    """The lines above the name: whom it stands for, and the office where it is known."""
    office = party.people[0].partition(",")[2].strip() if party.people else ""
    return (f"Đại diện {party.role}".upper(), *(offices or ((office.upper(),) if office else ())))


def bare_name(people: Sequence[str]) -> str:
    """The name under the signature of whoever stands first: "Ông Trần Văn Bình, Giám đốc" is "Trần Văn Bình"."""
    name = people[0].partition(",")[0].strip() if people else ""
    for style in _STYLES:
        name = name.removeprefix(style)
    return name
