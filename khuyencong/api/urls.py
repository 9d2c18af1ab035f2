"""Everything under /api/: what each floor brings to /api/v1/, and the schema that describes it."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from accounts.middleware import without_scope
from khuyencong.api import page as docs


@without_scope
def not_found(_request: HttpRequest) -> JsonResponse:
    """An address of the API that leads nowhere, said in JSON."""
    return JsonResponse({"detail": "Không có địa chỉ này."}, status=404)


schema = SpectacularAPIView.as_view(permission_classes=[AllowAny], authentication_classes=[])

urlpatterns = [
    path("v1/", include("accounts.api")),
    path("v1/", include("projects.api.urls")),
    path("v1/", include("reporting.api")),
    path("docs/", docs.page, name="api_docs"),
    path("schema/", without_scope(schema), name="api_schema"),
    re_path(r"", not_found),
]
