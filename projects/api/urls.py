"""Addresses under /api/v1/."""

from django.urls import path

from projects.api.acts import ActView
from projects.api.files import FilesView, FileView, YearsView
from projects.api.ledger import BalancesView, LedgerView
from projects.api.list_acts import ListsView, ListView, OnListView
from projects.api.registers import EstablishmentsView, OrganisationsView, ProvincesView
from projects.api.slips import OnSlipView, SlipsView, SlipView

urlpatterns = [
    path("projects/", FilesView.as_view(), name="api_projects"),
    path("projects/<str:code>/", FileView.as_view(), name="api_project"),
    path("projects/<str:code>/years/", YearsView.as_view(), name="api_project_years"),
    path("projects/<str:code>/actions/<str:action>/", ActView.as_view(), name="api_act"),
    path("lists/", ListsView.as_view(), name="api_lists"),
    path("lists/<int:pk>/", ListView.as_view(), name="api_list"),
    path("lists/<int:pk>/actions/<str:action>/", OnListView.as_view(), name="api_act_on_list"),
    path("slips/", SlipsView.as_view(), name="api_slips"),
    path("slips/<int:pk>/", SlipView.as_view(), name="api_slip"),
    path("slips/<int:pk>/actions/<str:action>/", OnSlipView.as_view(), name="api_act_on_slip"),
    path("ledger/", LedgerView.as_view(), name="api_ledger"),
    path("balances/", BalancesView.as_view(), name="api_balances"),
    path("establishments/", EstablishmentsView.as_view(), name="api_establishments"),
    path("organisations/", OrganisationsView.as_view(), name="api_organisations"),
    path("provinces/", ProvincesView.as_view(), name="api_provinces"),
]
