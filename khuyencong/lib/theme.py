"""Light or dark: as the system says, unless the reader has chosen on this browser. A cookie holds the choice, and the
server reads it: the first paint is right, without a script."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "giao_dien"
YEAR = 365 * 24 * 60 * 60  # seconds


class Theme(StrEnum):
    """The choices, by the words that the cookie and the form use."""

    AUTOMATIC = "tu-dong"
    LIGHT = "sang"
    DARK = "toi"


LABELS = {Theme.AUTOMATIC: "Theo máy", Theme.LIGHT: "Sáng", Theme.DARK: "Tối"}
_DARK_ON = {
    Theme.AUTOMATIC: "screen and (prefers-color-scheme: dark)",
    Theme.LIGHT: "",
    Theme.DARK: "screen",  # never on paper
}


def theme_of(word: str) -> Theme:
    """The choice that ``word`` means; any other word means none."""
    return Theme(word) if word in set(Theme) else Theme.AUTOMATIC


def chosen(request: HttpRequest) -> Theme:
    """What this browser has chosen."""
    return theme_of(request.COOKIES.get(COOKIE, ""))


def dark_media(request: HttpRequest) -> str:
    """The media on which static/kc/dark.css holds; empty: on none."""
    return _DARK_ON[chosen(request)]


def remember(response: HttpResponse, theme: Theme) -> None:
    """Let this browser keep the choice for a year, whoever signs in."""
    response.set_cookie(
        COOKIE, theme, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
