"""Answers that several addresses share, for the schema; refusals that all share: khuyencong/api/description.py."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers


class TwoValuesShape(serializers.Serializer[Any]):
    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the same
    saved = serializers.JSONField(help_text="Giá trị đã lưu ở nơi khác")
    sent = serializers.JSONField(help_text="Giá trị vừa gửi")


class ConflictShape(serializers.Serializer[Any]):
    """Somebody was faster. ``conflicts`` holds both values of each field that differs."""

    detail = serializers.CharField()
    version = serializers.IntegerField(required=False)
    conflicts = TwoValuesShape(many=True, required=False)


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
