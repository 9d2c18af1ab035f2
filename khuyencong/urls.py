"""All addresses: each app brings its own, in Vietnamese; the API stands under /api/."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.admin_site import site

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("projects.urls")),
    path("quan-tri/", site.urls),
]
