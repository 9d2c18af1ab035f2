from django.db import migrations

# Circular 36/2013, article 13.3b and 15.1; a database that has the papers of these types already gets them here.
PAPERS = (
    (
        "T5",
        "T5.3",
        "Bản sao hợp lệ giấy chứng nhận đăng ký kinh doanh (đăng ký doanh nghiệp)",
        "TT 36/2013, điều 13.3b",
    ),
    ("T27", "T27.3", "Bản sao hợp lệ hợp đồng tín dụng vay vốn đầu tư", "TT 36/2013, điều 15.1"),
    (
        "T27",
        "T27.4",
        "Chứng từ đã trả lãi vốn vay cho ngân hàng trong hai năm đầu",
        "TT 36/2013, điều 15.1",
    ),
    (
        "T27",
        "T27.5",
        "Bản sao hợp lệ hợp đồng, thanh lý hợp đồng với nhà thầu xây dựng, mua máy móc thiết bị",
        "TT 36/2013, điều 15.1",
    ),
)


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    activities = apps.get_model("budgets", "Activity").objects.using(alias)
    papers = apps.get_model("projects", "ActivityPaper").objects.using(alias)
    for activity, code, name, article in PAPERS:
        found = activities.filter(code=activity).first()
        if found is not None and not papers.filter(code=code).exists():
            papers.create(
                activity=found,
                code=code,
                name=name,
                stage="advance",
                blocks=True,
                article=article,
                certainty="R",
            )


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0014_group_projects"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
