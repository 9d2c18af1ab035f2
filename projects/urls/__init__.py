"""Addresses of the file and its way, one module a noun."""

from django.urls import path

from projects.urls import acts, establishments, files, handovers, lists, money, papers, rounds, slips, terms
from projects.views import today

urlpatterns = [
    path("", today.today_page, name="today"),
    *files.urlpatterns,
    *acts.urlpatterns,
    *establishments.urlpatterns,
    *lists.urlpatterns,
    *rounds.urlpatterns,
    *money.urlpatterns,
    *papers.urlpatterns,
    *terms.urlpatterns,
    *handovers.urlpatterns,
    *slips.urlpatterns,
]
