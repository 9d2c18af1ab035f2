from django.urls import path

from projects.views import terms

urlpatterns = [path("thuat-ngu/", terms.terms, name="terms")]
