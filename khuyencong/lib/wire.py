"""What the API takes, taken literally: whole đồng are integers, a field that nobody knows is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from khuyencong.lib.money import dong

MOST = 10**15
"""Đồng in one value: more than the country spends, and a thousand of them still add up in a bigint."""


class WholeNumber(serializers.IntegerField):
    """An integer of JSON. "12", 12.0 and true are none."""

    default_error_messages = {
        "whole": "Hãy ghi một số nguyên của JSON, không trong ngoặc kép, không phần thập phân."
    }

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:  # bool is an int too
            self.fail("whole")
        return super().to_internal_value(data)


class MoneyField(WholeNumber):
    """Whole đồng, never negative."""

    default_error_messages = {
        "min_value": "Số tiền phải từ 0 đồng trở lên.",
        "max_value": f"Số tiền không được quá {dong(MOST)}.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs["min_value"] = max(kwargs.get("min_value") or 0, 0)
        kwargs["max_value"] = min(kwargs.get("max_value") or MOST, MOST)
        super().__init__(**kwargs)


class StrictMixin:
    """A serializer that refuses what it does not know: a slip in a name is told, not swallowed."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            writable = {field.field_name for field in self._writable_fields}  # type: ignore[attr-defined]
            errors = {
                str(name): [ErrorDetail("Không có trường này, hoặc trường chỉ để đọc.", code="unknown")]
                for name in data
                if name not in writable
            }
        try:
            values = super().to_internal_value(data)  # type: ignore[misc]
        except ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            raise ValidationError({**error.detail, **errors}) from error
        if errors:
            raise ValidationError(errors)
        return values


class StrictSerializer(StrictMixin, serializers.Serializer[Any]):
    """Values of one object, nothing else beside them."""


class StrictRow(StrictMixin, serializers.ModelSerializer[Any]):
    """The same with lengths and choices taken from a model; every bigint of a row is money."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.BigIntegerField: MoneyField,
    }


def many(shape: type[serializers.BaseSerializer[Any]], most: int, **more: Any) -> Any:
    """A list of at most so many objects of ``shape``."""
    return shape(many=True, max_length=most, **more)  # type: ignore[call-arg]  # the list takes it
