"""All addresses: each app brings its own, in Vietnamese; the API stands under /api/."""

from functools import partial

from django.urls import URLPattern, URLResolver, include, path
from django.views import defaults

from accounts.admin_site import site
from khuyencong.lib import away, refusals

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("notices.urls")),
    path("", include("projects.urls")),
    path("bao-cao/", include("reporting.urls")),
    path("sap-xep/", include("succession.urls")),
    path("api/", include("khuyencong.api.urls")),
    path("quan-tri/", site.urls),
]

handler400 = refusals.bad_request
handler403 = partial(defaults.permission_denied, template_name="errors/403.html")
handler404 = partial(defaults.page_not_found, template_name="errors/404.html")
handler500 = away.server_error
