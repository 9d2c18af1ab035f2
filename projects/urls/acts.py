from django.urls import path

from projects.views import acts, findings

urlpatterns = [
    path("de-an/<str:code>/viec/<slug:action>/", acts.act_page, name="act"),
    path("de-an/<str:code>/viec/<slug:action>/luu/", acts.act_draft, name="act_draft"),
    path("kien-nghi/<int:pk>/", findings.finding, name="finding"),
]
