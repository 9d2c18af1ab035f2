from django.apps import AppConfig
from django.core.checks import register


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "Đề án"

    def ready(self) -> None:
        from projects.checks import check_routes

        register(check_routes)
