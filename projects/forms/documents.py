"""Uploading papers of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from khuyencong.lib.forms import DateField
from khuyencong.lib.uploads import ACCEPT, MAX_SIZE


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; answers a list."""

    widget = FilesInput(attrs={"accept": ACCEPT, "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        one = super().clean
        return [one(each, initial) for each in data] if data else [one(None, initial)]


class UploadForm(forms.Form):
    """Files of one paper, and what stands on the paper."""

    uploads = FilesField(
        label="Tệp",
        help_text=f"PDF, Word, Excel, ảnh JPG hoặc PNG; mỗi tệp đến {MAX_SIZE >> 20} MB. Chọn được nhiều tệp cùng lúc.",
    )
    number = forms.CharField(
        label="Số, ký hiệu", max_length=60, required=False, help_text="Nếu có, ví dụ 15/CV-TTKC"
    )
    dated = DateField(label="Ngày văn bản", required=False)
    original_at = forms.CharField(
        label="Nơi giữ bản gốc", max_length=120, required=False, help_text="Ví dụ: Văn thư Trung tâm"
    )

    @property
    def chosen(self) -> Sequence[UploadedFile[Any]]:
        uploads: list[UploadedFile[Any]] = self.cleaned_data["uploads"]
        return uploads
