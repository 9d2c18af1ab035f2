from django.urls import path

from succession import views

urlpatterns = [
    path("", views.change_list, name="change_list"),
    path("moi/<slug:kind>/", views.change_new, name="change_new"),
    path("<int:pk>/", views.change_detail, name="change"),
    path("<int:pk>/chay-thu/", views.change_try, name="change_try"),
    path("<int:pk>/duyet/", views.change_approve, name="change_approve"),
    path("<int:pk>/mo-lai/", views.change_reopen, name="change_reopen"),
    path("<int:pk>/huy/", views.change_cancel, name="change_cancel"),
    path("<int:pk>/thuc-hien/", views.change_carry_out, name="change_carry_out"),
    path("<int:pk>/<slug:part>/", views.change_part, name="change_part"),
]
