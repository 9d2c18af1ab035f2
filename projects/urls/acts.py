from django.urls import path

from projects.views import acts

urlpatterns = [
    path("de-an/<str:code>/viec/<slug:action>/", acts.act_page, name="act"),
    path("de-an/<str:code>/viec/<slug:action>/luu/", acts.act_draft, name="act_draft"),
    path("kien-nghi/<int:pk>/", acts.finding_resolve, name="finding_resolve"),
]
