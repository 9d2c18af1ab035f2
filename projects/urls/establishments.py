from django.urls import path

from projects.views import establishments

urlpatterns = [
    path("co-so/", establishments.establishment_list, name="establishment_list"),
    path("co-so/moi/", establishments.establishment_new, name="establishment_new"),
    path("co-so/<int:pk>/", establishments.establishment, name="establishment"),
    path("co-so/<int:pk>/sua/", establishments.establishment_edit, name="establishment_edit"),
    path("co-so/<int:pk>/luu/", establishments.establishment_save, name="establishment_save"),
]
