"""The paper on which an act rests, as the body carries it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import Position
from accounts.queries import SIGNERS, head_of, signer_of
from khuyencong.lib.wire import StrictSerializer
from khuyencong.lib.workflow import Action
from projects.chain import PaperData
from projects.holding import deputies_who_sign, hold
from projects.models import ProjectYear
from projects.signing import Manner, usual_capacity


class PaperShape(StrictSerializer):
    """The paper on which the act rests."""

    number = serializers.CharField(max_length=60, help_text="Số và ký hiệu: 125/CV-TTKC")
    date = serializers.DateField()


class SignedPaperShape(PaperShape):
    """The paper on which the act rests, and who signed it in which manner: without ``signer`` who acts, where he signs
    himself, else the head of his body. ``manner`` is what the caller takes it to be; another one is refused."""

    signer = serializers.CharField(
        max_length=80,
        required=False,
        help_text="Tên đăng nhập của người đã ký: người đứng đầu, hoặc cấp phó được phân công ký thay (KT.)",
    )
    manner = serializers.ChoiceField(
        choices=[(manner.value, manner.value or "–") for manner in Manner],
        required=False,
        allow_blank=True,
        help_text="Tư cách ký: để trống (người đứng đầu), KT, TL, TUQ; ghi thì được đối chiếu với quyền ký ngày đó",
    )


def paper_of(values: Mapping[str, Any], by: Position) -> PaperData:
    """The paper, signed by who acts or by the head of his body."""
    number, day = values["paper"]["number"], values["paper"]["date"]
    if values.get("effective_on", day) != day:
        raise ValidationError(
            {"effective_on": "Việc có hiệu lực từ ngày văn bản; hãy bỏ trống hoặc ghi đúng ngày đó."}
        )
    return PaperData(number, day, signer=signer_of(by, day))


def signed_paper_of(values: Mapping[str, Any], by: Position, row: Action, year: ProjectYear) -> PaperData:
    """The paper of an act on one file, signed by who is named. Raises ValidationError for one who does not sign it on
    its day, or not in that manner."""
    plain = paper_of(values, by)
    given = values["paper"]
    signer = _signer(given["signer"], by, row, year, plain.dated) if "signer" in given else plain.signer
    if "manner" in given:
        _check_manner(given["manner"], signer, by, row, year, plain.dated)
    return PaperData(plain.number, plain.dated, signer=signer)


def _signer(username: str, by: Position, row: Action, year: ProjectYear, day: dt.date) -> Position:
    found = (
        [by]
        if by.kind in SIGNERS
        else [
            seat for seat in (head_of(by.organisation, day), *deputies_who_sign(row, year, by, day)) if seat
        ]
    )
    for seat in found:
        if seat.person and seat.person.username == username:
            return seat
    names = (
        ", ".join(f"{seat.person.username} ({seat.title})" for seat in found if seat.person) or "không có ai"
    )
    raise ValidationError(
        {
            "paper": {
                "signer": f"{username} không ký được văn bản này vào ngày {day:%d/%m/%Y}. Ký được: {names}."
            }
        }
    )


def _check_manner(
    manner: str, signer: Position | None, by: Position, row: Action, year: ProjectYear, day: dt.date
) -> None:
    right = Manner.OWN
    if by.kind in SIGNERS:
        stand = hold(row, year, by, day, {})
        right = stand.capacity.manner if stand is not None and stand.capacity is not None else right
    elif signer is not None:
        right = usual_capacity(signer, by.organisation).manner
    if manner != right:
        how = f"{right}." if right else "với tư cách người đứng đầu (để trống)"
        raise ValidationError({"paper": {"manner": f"Vào ngày {day:%d/%m/%Y} người ký này ký {how}"}})
