"""The paper on which an act rests, as the body carries it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import Position
from accounts.queries import signer_of
from khuyencong.lib.wire import StrictSerializer
from projects.chain import PaperData


class PaperShape(StrictSerializer):
    """The paper on which the act rests."""

    number = serializers.CharField(max_length=60, help_text="Số và ký hiệu: 125/CV-TTKC")
    date = serializers.DateField()


def paper_of(values: Mapping[str, Any], by: Position) -> PaperData:
    """The paper, signed by the head of the body that acts."""
    number, day = values["paper"]["number"], values["paper"]["date"]
    if values.get("effective_on", day) != day:
        raise ValidationError(
            {"effective_on": "Việc có hiệu lực từ ngày văn bản; hãy bỏ trống hoặc ghi đúng ngày đó."}
        )
    return PaperData(number, day, signer=signer_of(by, day))
