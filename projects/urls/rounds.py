from django.urls import path

from projects.views import rounds

urlpatterns = [
    path("dot-dang-ky/", rounds.round_list, name="round_list"),
    path("dot-dang-ky/moi/", rounds.round_new, name="round_new"),
    path("dot-dang-ky/<int:pk>/", rounds.round_detail, name="round"),
    path("dot-dang-ky/<int:pk>/bao-cao/", rounds.report_new, name="registration_report_new"),
]
