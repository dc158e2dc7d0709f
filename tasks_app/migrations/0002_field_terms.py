"""Models under the names that the field uses. Rights keep their holders: their code names follow the models'."""

from django.db import migrations, models

MODELS = {
    "BulkItem": "BulkActionItem",
    "BulkOrder": "BulkAction",
    "Finding": "Inconsistency",
    "JobWait": "JobDependency",
    "Pulse": "PeriodicHeartbeat",
    "TruthCheck": "ConsistencyCheckProgress",
    "WorkerBeat": "WorkerHeartbeat",
}
CODENAMES = {"repair_finding": "repair_inconsistency"} | {
    f"{action}_{old.lower()}": f"{action}_{new.lower()}"
    for old, new in MODELS.items()
    for action in ("add", "change", "delete", "view")
}


def rename_rights(apps, schema_editor, names=CODENAMES):
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    for old, new in names.items():
        permissions.filter(content_type__app_label="tasks_app", codename=old).update(codename=new)


def rename_rights_back(apps, schema_editor):
    rename_rights(apps, schema_editor, {new: old for old, new in CODENAMES.items()})


class Migration(migrations.Migration):
    dependencies = [
        ("tasks_app", "0001_release"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RemoveIndex("BulkOrder", "bulk_newest"),
        migrations.RemoveIndex("BulkItem", "bulk_waiting"),
        migrations.RemoveConstraint("BulkItem", "bulk_position"),
        migrations.RemoveConstraint("Finding", "finding_once"),
        *(migrations.RenameModel(old, new) for old, new in MODELS.items()),
        migrations.RenameField("BulkAction", "ordered_by", "requested_by"),
        migrations.RenameField("BulkAction", "ordered_at", "requested_at"),
        migrations.RenameField("BulkActionItem", "order", "bulk_action"),
        migrations.AlterModelOptions(
            "BulkAction",
            {"ordering": ("-requested_at",), "verbose_name": "bulk action", "verbose_name_plural": "bulk actions"},
        ),
        migrations.AlterModelOptions(
            "Inconsistency",
            {
                "ordering": ("-found_at", "-id"),
                "permissions": (("repair_inconsistency", "Can repair what the consistency check found"),),
                "verbose_name": "inconsistency",
                "verbose_name_plural": "consistency check",
            },
        ),
        migrations.RenameIndex("Inconsistency", "inconsistency_newest", old_name="finding_newest"),
        migrations.AddConstraint(
            "Inconsistency", models.UniqueConstraint(fields=("check_name", "about"), name="inconsistency_once")
        ),
        migrations.AddIndex("BulkAction", models.Index(fields=["-requested_at"], name="bulk_newest")),
        migrations.AddIndex(
            "BulkActionItem", models.Index(fields=["bulk_action", "outcome", "position"], name="bulk_waiting")
        ),
        migrations.AddConstraint(
            "BulkActionItem", models.UniqueConstraint(fields=("bulk_action", "position"), name="bulk_position")
        ),
        migrations.RunPython(rename_rights, rename_rights_back),
    ]
