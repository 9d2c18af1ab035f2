"""Signing in, the password, the choice of a position."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import Position, User

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


class SignInForm(forms.Form):
    """Checks the password; ``person`` is who it belongs to."""

    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=80,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label="Mật khẩu",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    person: User | None = None

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            person = authenticate(self.request, username=cleaned["username"], password=cleaned["password"])
            if not isinstance(person, User):
                raise ValidationError(WRONG, code="wrong")
            self.person = person
        return cleaned


class PasswordForm(forms.Form):
    """The present password, and a new one twice."""

    old = forms.CharField(
        label="Mật khẩu hiện nay",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="Mật khẩu mới",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Nhập lại mật khẩu mới",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(request.user, User)
        self.request, self.person = request, request.user
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        # As at the door, where django-axes counts: who finds a machine left open has no more guesses than there.
        if authenticate(self.request, username=self.person.username, password=old) is None:
            raise ValidationError("Mật khẩu hiện nay không đúng.")
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.person)
        if new == self.data.get(self.add_prefix("old")):
            raise ValidationError("Mật khẩu mới phải khác mật khẩu hiện nay.")
        return new

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise ValidationError("Hai lần nhập mật khẩu mới không giống nhau.")
        return again


class PositionForm(forms.Form):
    """One of the positions that the reader holds today."""

    position = forms.TypedChoiceField(label="Chức vụ", coerce=int)

    def __init__(self, positions: list[Position], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].choices = [(position.pk, str(position)) for position in positions]  # type: ignore[attr-defined]
