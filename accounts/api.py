"""POST /api/v1/token/: a program signs in as a person; DELETE gives the key back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.urls import path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, PermissionDenied, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.middleware import BAD_TOKEN, CHANGE_FIRST, without_scope
from accounts.models import Token, User
from accounts.second_factor import rules
from accounts.services import issue_token, revoke_token
from accounts.tenancy import positions_of
from khuyencong.lib.wire import StrictSerializer

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


class SecondFactorRequired(PermissionDenied):
    """Told apart from other refusals by its code, as the middleware tells it."""

    def __init__(self, detail: str) -> None:
        code = "second_factor_required"
        super().__init__(code=code)
        self.detail = {"detail": ErrorDetail(detail, code), "code": ErrorDetail(code, code)}


class SignInShape(StrictSerializer):
    """Who signs in. ``otp``: for positions that need a second factor, the code of the app or a recovery code."""

    username = serializers.CharField(max_length=80)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    otp = serializers.CharField(max_length=40, required=False, allow_blank=True)


class TokenShape(serializers.Serializer[Any]):
    """The key, told only now, and until when it holds."""

    token = serializers.CharField()
    expires = serializers.DateTimeField()


class TokenView(APIView):
    authentication_classes = ()  # who signs in has no session to be checked
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="create_token",
        summary="Lấy mã truy cập",
        description=(
            "Gửi mã trong tiêu đề Authorization: Token …; người giữ nhiều chức vụ thêm X-Position. "
            "Ai giữ chức vụ cần xác thực hai lớp gửi thêm otp; thiếu thì nhận 403 với code second_factor_required."
        ),
        request=SignInShape,
        responses={200: TokenShape},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        given = SignInShape(data=request.data)
        given.is_valid(raise_exception=True)
        names = {"username": given.validated_data["username"], "password": given.validated_data["password"]}
        person = authenticate(request._request, **names)
        if not isinstance(person, User):
            raise ValidationError({"password": WRONG})
        if person.must_change_password:
            raise PermissionDenied(CHANGE_FIRST)
        asked = rules.is_asked(person, positions_of(person.pk))
        if asked:
            _show_factor(request, person, given.validated_data.get("otp", ""))
        token, key = issue_token(person, second_factor=asked)
        return Response({"token": key, "expires": token.expires_at})

    @extend_schema(operation_id="revoke_token", summary="Thu hồi mã đang dùng", responses={204: None})
    def delete(self, request: Request) -> Response:
        token: Token | None = getattr(request._request, "token", None)
        if token is None:
            return Response({"detail": BAD_TOKEN}, status=401, headers={"WWW-Authenticate": "Token"})
        revoke_token(token)
        return Response(status=204)


def _show_factor(request: Request, person: User, otp: str) -> None:
    """Raises what REST framework answers when the second factor is missing (403) or wrong (400, counted)."""
    if not rules.has_factor(person):
        raise SecondFactorRequired(rules.ENROL_ON_PAGE)
    if not otp.strip():
        raise SecondFactorRequired(rules.ASKED)
    if authenticate(request._request, username=person.username, secret_code=otp) is None:
        raise ValidationError({"otp": rules.why_refused(person)}, code="second_factor_wrong")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes accounts.authentication.TokenAuthentication."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token …"}


urlpatterns = [path("token/", without_scope(TokenView.as_view()), name="api_token")]
