"""How REST framework learns who asks: the middleware has already looked at the token."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import Token, User


class TokenAuthentication(BaseAuthentication):
    """The bearer of ``Authorization: Token …``, who needs no CSRF token: a browser does not send that header."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        token: Token | None = getattr(request._request, "token", None)
        return (token.user, token) if token is not None else None

    def authenticate_header(self, request: Request) -> str:
        return "Token"
