"""All addresses: each app brings its own, in Vietnamese; the API stands under /api/."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("projects.urls")),
    path("quan-tri/", admin.site.urls),
]
