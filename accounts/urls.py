from django.urls import path

from accounts import views
from accounts.second_factor import views as second_factor

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-nhap/xac-thuc/", second_factor.step, name="second_factor_step"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("doi-mat-khau/", views.change_password, name="change_password"),
    path("toi/", views.me, name="me"),
    path("chuc-vu/", views.switch_position, name="switch_position"),
    path("giao-dien/", views.choose_theme, name="choose_theme"),
    path("xac-thuc/", second_factor.overview, name="second_factor"),
    path("xac-thuc/ung-dung/", second_factor.app, name="second_factor_app"),
    path("xac-thuc/khoa/", second_factor.passkey, name="second_factor_passkey"),
    path("xac-thuc/khoa/<int:pk>/bo/", second_factor.remove, name="second_factor_remove"),
    path("xac-thuc/ma-du-phong/", second_factor.codes, name="second_factor_codes"),
]
