from django.urls import path

from projects.views import money

urlpatterns = [
    path("kinh-phi/", money.money_year, name="money_year"),
    path("kinh-phi/du-toan-giao/", money.assignment_new, name="assignment_new"),
    path("kinh-phi/du-kien/", money.ceiling_edit, name="ceiling_edit"),
]
