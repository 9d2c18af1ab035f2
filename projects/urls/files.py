from django.urls import path

from projects.views import (
    beneficiaries,
    change_requests,
    changes,
    content,
    documents,
    estimate,
    files,
    following,
    panels,
    years,
)

urlpatterns = [
    path("de-an/", files.file_list, name="file_list"),
    path("de-an/bo-loc/", files.keep_filter, name="keep_filter"),
    path("de-an/cot/", files.keep_columns, name="keep_columns"),
    path("de-an/moi/", files.new_file, name="new_file"),
    path("de-an/<str:code>/", files.file, name="file"),
    path("de-an/<str:code>/theo-doi/", following.follow_file, name="follow"),
    path("de-an/<str:code>/noi-dung/", content.content, name="content"),
    path("de-an/<str:code>/noi-dung/luu/", content.content_save, name="content_save"),
    path("de-an/<str:code>/cac-nam/", years.years, name="years"),
    path("de-an/<str:code>/cac-nam/luu/", years.years_save, name="years_save"),
    path("de-an/<str:code>/cac-nam/lap/", years.year_begin, name="year_begin"),
    path("de-an/<str:code>/du-toan/", estimate.estimate, name="estimate"),
    path("de-an/<str:code>/du-toan/luu/", estimate.estimate_save, name="estimate_save"),
    path("de-an/<str:code>/thu-huong/", beneficiaries.beneficiaries, name="beneficiaries"),
    path("de-an/<str:code>/thu-huong/luu/", beneficiaries.beneficiaries_save, name="beneficiaries_save"),
    path("de-an/<str:code>/thu-huong/lay/", beneficiaries.beneficiary_take, name="beneficiary_take"),
    path("de-an/<str:code>/thu-huong/them/", beneficiaries.beneficiary_add, name="beneficiary_add"),
    path(
        "de-an/<str:code>/thu-huong/danh-ba/", beneficiaries.establishment_search, name="establishment_search"
    ),
    path("de-an/<str:code>/tai-lieu/", documents.documents, name="documents"),
    path("de-an/<str:code>/tai-lieu/<str:paper>/", documents.document_upload, name="document_upload"),
    path("de-an/<str:code>/tham-dinh/", panels.file_appraisals, name="file_appraisals"),
    path("de-an/<str:code>/kinh-phi/", panels.file_money, name="file_money"),
    path("de-an/<str:code>/dieu-chinh/", change_requests.file_amendments, name="file_amendments"),
    path("de-an/<str:code>/dieu-chinh/de-nghi/", change_requests.ask_change, name="ask_change"),
    path("de-an/<str:code>/qua-trinh/", panels.file_route, name="file_route"),
    path("de-an/<str:code>/qua-trinh/lan-<int:submission>/", changes.file_changes, name="file_changes"),
    path("tai-lieu/<int:pk>/", documents.document, name="document"),
    path("tai-lieu/<int:pk>/go/", documents.document_remove, name="document_remove"),
]
