from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_consortia"),
    ]

    operations = [
        migrations.AddField(
            model_name="consortiumprovince",
            name="since",
            field=models.DateField(editable=False, null=True, verbose_name="kế thừa từ ngày"),
        ),
    ]
