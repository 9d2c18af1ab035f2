from django.urls import path

from accounts import views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("doi-mat-khau/", views.change_password, name="change_password"),
    path("toi/", views.me, name="me"),
    path("chuc-vu/", views.switch_position, name="switch_position"),
    path("giao-dien/", views.choose_theme, name="choose_theme"),
]
