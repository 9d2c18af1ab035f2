from django.urls import path

from projects.views import handovers

urlpatterns = [
    path("ban-giao/", handovers.index, name="handovers"),
    path("ban-giao/<int:pk>/", handovers.new, name="handover_new"),
    path("ban-giao/bien-ban/<int:pk>/", handovers.detail, name="handover"),
    path("ban-giao/bien-ban/<int:pk>/bien-ban.pdf", handovers.pdf, name="handover_pdf"),
]
