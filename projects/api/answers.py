"""What the API answers when it refuses (khuyencong/lib/api.py), for its schema."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers


class DetailShape(serializers.Serializer[Any]):
    """A sentence that says what happened and what to do."""

    detail = serializers.CharField()


class FaultShape(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Đường đến giá trị: estimate.0.unit_price; rỗng: cả đối tượng")
    code = serializers.CharField()
    message = serializers.CharField()


class FaultsShape(serializers.Serializer[Any]):
    """What was entered wrongly, or a sentence for what the rules refuse."""

    errors = FaultShape(many=True, required=False)  # type: ignore[assignment]  # a field of that name
    detail = serializers.CharField(required=False)


class TwoValuesShape(serializers.Serializer[Any]):
    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the same
    saved = serializers.JSONField(help_text="Giá trị đã lưu ở nơi khác")
    sent = serializers.JSONField(help_text="Giá trị vừa gửi")


class ConflictShape(DetailShape):
    """Somebody was faster. ``conflicts`` holds both values of each field that differs."""

    version = serializers.IntegerField(required=False)
    conflicts = TwoValuesShape(many=True, required=False)


def answers(shape: Any, status: int = 200) -> dict[int, Any]:
    """The answer when all is well, and the refusals that every address knows."""
    return {status: shape, 400: FaultsShape, 401: DetailShape, 403: DetailShape, 404: DetailShape}


def listed(shape: type[serializers.BaseSerializer[Any]]) -> Any:
    """One page of 50."""
    return inline_serializer(
        f"{shape.__name__.removesuffix('Shape')}Page",
        {
            "count": serializers.IntegerField(),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": shape(many=True),
        },
    )
