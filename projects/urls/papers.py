from django.urls import path

from projects.views import papers

urlpatterns = [
    path("de-an/<str:code>/de-an.pdf", papers.project_pdf, name="project_pdf"),
    path("tham-dinh/<int:pk>/phieu-tham-dinh.pdf", papers.appraisal_pdf, name="appraisal_pdf"),
    path("nghiem-thu/<int:pk>/bien-ban.pdf", papers.acceptance_pdf, name="acceptance_pdf"),
    path("ke-hoach/<int:pk>/ke-hoach-trien-khai.pdf", papers.plan_pdf, name="plan_pdf"),
    path("danh-muc/<int:pk>/van-ban.pdf", papers.list_pdf, name="list_pdf"),
    path(
        "danh-muc/lap/<slug:action>/<slug:programme>/<int:year>/du-thao.pdf",
        papers.list_draft_pdf,
        name="list_draft_pdf",
    ),
]
