from django.urls import path

from reporting.views import drafts, files, reports

urlpatterns = [
    path("", reports.report_list, name="report_list"),
    path("du-thao/<int:pk>/", drafts.edit_report, name="report_draft"),
    path("du-thao/<int:pk>/luu/", drafts.save_draft, name="report_draft_save"),
    path("du-thao/<int:pk>/ban-hanh/", drafts.issue, name="report_issue"),
    path("da-ban-hanh/<int:pk>/tep/", files.issued_file, name="issued_file"),
    path("viec/<int:pk>/", files.show_job, name="report_job"),
    path("viec/<int:pk>/tep/", files.job_file, name="report_job_file"),
    path("so-kinh-phi/<int:year>/day-du/", reports.declare, name="ledger_declare"),
    path("xem/<slug:code>/", reports.show_report, name="report_page"),
    path("xem/<slug:code>/so-lieu/", reports.show_figure, name="report_figure"),
    path("xem/<slug:code>/json/", reports.show_json, name="report_json"),
    path("xem/<slug:code>/tep/", reports.print_report, name="report_print"),
]
