"""What one position likes of its list of files: the chosen columns stand beside the named filters."""

import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0007_saved_filters")]

    operations = [
        migrations.RemoveConstraint("savedfilters", "projects_savedfilters_once"),
        migrations.RemoveConstraint("savedfilters", "projects_savedfilters_most"),
        migrations.RenameModel("SavedFilters", "ListHabits"),
        migrations.AddField("listhabits", "columns", models.JSONField(null=True)),
        migrations.AddConstraint(
            "listhabits",
            models.UniqueConstraint(fields=("tenant", "position"), name="projects_listhabits_once"),
        ),
        migrations.AddConstraint(
            "listhabits",
            models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    models.Func(
                        models.F("filters"),
                        function="jsonb_array_length",
                        output_field=models.IntegerField(),
                    ),
                    20,
                ),
                name="projects_listhabits_most_filters",
            ),
        ),
    ]
