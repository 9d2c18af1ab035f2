"""Showing and changing the second factor. Each change asks for the password: a machine left open gives no new key."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User

CODE = forms.TextInput(
    attrs={
        "autocomplete": "one-time-code",
        "autocapitalize": "none",
        "spellcheck": "false",
        "autofocus": True,
    }
)


class StepForm(forms.Form):
    code = forms.CharField(
        label="Mã xác thực",
        max_length=40,
        widget=CODE,
        help_text="Sáu số đang hiện trên ứng dụng, hoặc một mã dự phòng.",
    )


class PasswordAgain(forms.Form):
    """The present password, asked as at the door, where django-axes counts."""

    old = forms.CharField(
        label="Mật khẩu hiện nay",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(request.user, User)
        self.request, self.person = request, request.user

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if authenticate(self.request, username=self.person.username, password=old) is None:
            raise ValidationError("Mật khẩu hiện nay không đúng.")
        return old


class AppForm(PasswordAgain):
    code = forms.CharField(
        label="Mã sáu số đang hiện trên ứng dụng",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasskeyForm(PasswordAgain):
    """``answer`` is what the browser says of the new key; static/kc/passkey.js fills it in."""

    name = forms.CharField(
        label="Tên gợi nhớ",
        max_length=60,
        help_text="Để sau này biết là khóa nào, ví dụ “khóa USB ở cơ quan”.",
    )
    answer = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)

    def clean_answer(self) -> str:
        answer: str = self.cleaned_data["answer"]
        if not answer:
            raise ValidationError(
                "Trình duyệt chưa tạo khóa. Hãy dùng trình duyệt có hỗ trợ khóa truy cập, hoặc đặt ứng dụng."
            )
        return answer
