from django.urls import path

from projects.views import lists

urlpatterns = [
    path("danh-muc/", lists.list_index, name="list_index"),
    path("danh-muc/<int:pk>/", lists.list_detail, name="list"),
    path("danh-muc/lap/<slug:action>/<slug:programme>/<int:year>/", lists.list_new, name="list_new"),
    path("danh-muc/lap/<slug:action>/<slug:programme>/<int:year>/luu/", lists.list_draft, name="list_draft"),
]
