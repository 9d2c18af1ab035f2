"""Addresses of the file and its way, one module a noun."""

from projects.urls import acts, establishments, files, lists, money, papers, rounds

urlpatterns = [
    *files.urlpatterns,
    *acts.urlpatterns,
    *establishments.urlpatterns,
    *lists.urlpatterns,
    *rounds.urlpatterns,
    *money.urlpatterns,
    *papers.urlpatterns,
]
