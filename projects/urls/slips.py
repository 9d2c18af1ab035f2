from django.urls import path

from projects.views import outgoing, slip_texts, slips

urlpatterns = [
    path("trinh-ky/", slips.index, name="slip_index"),
    path("de-an/<str:code>/trinh-ky/<str:action>/", slip_texts.new, name="slip_new"),
    path("de-an/<str:code>/trinh-ky/<str:action>/luu/", slip_texts.draft, name="slip_draft"),
    path(
        "danh-muc/lap/<slug:action>/<slug:programme>/<int:year>/trinh-ky/",
        slip_texts.new_list,
        name="slip_list_new",
    ),
    path(
        "danh-muc/lap/<slug:action>/<slug:programme>/<int:year>/trinh-ky/luu/",
        slip_texts.list_draft,
        name="slip_list_draft",
    ),
    path("trinh-ky/<int:pk>/", slips.detail, name="slip"),
    path("trinh-ky/<int:pk>/sua/", slip_texts.edit, name="slip_edit"),
    path("trinh-ky/<int:pk>/ky-nhay/", slips.endorse, name="slip_endorse"),
    path("trinh-ky/<int:pk>/ky/", slips.sign, name="slip_sign"),
    path("trinh-ky/<int:pk>/tra-lai/", slips.give_back, name="slip_return"),
    path("trinh-ky/<int:pk>/ban-hanh/", slips.issue, name="slip_issue"),
    path("trinh-ky/<int:pk>/rut/", slips.withdraw, name="slip_withdraw"),
    path("trinh-ky/<int:pk>/du-thao/", slips.upload, name="slip_upload"),
    path("trinh-ky/<int:pk>/phieu-trinh.pdf", slips.pdf, name="slip_pdf"),
    path("trinh-ky/<int:pk>/du-thao.pdf", slips.draft_pdf, name="slip_draft_pdf"),
    path("van-ban-di/", outgoing.book, name="outgoing"),
]
