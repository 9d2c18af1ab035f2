from django.db import migrations


def link(apps, schema_editor):
    """Bodies that ended with their province were taken over by their like in the one that took it over."""
    Organisation = apps.get_model("accounts", "Organisation")
    bodies = Organisation.objects.using(schema_editor.connection.alias)
    heirs = {(body.province_id, body.kind): body.pk for body in bodies.filter(province__isnull=False)}
    ended = bodies.filter(valid_to__isnull=False, successor=None, province__successor__isnull=False)
    for body in ended.select_related("province"):
        heir = heirs.get((body.province.successor_id, body.kind))
        if heir is not None:
            bodies.filter(pk=body.pk).update(successor_id=heir)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_successors")]

    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
