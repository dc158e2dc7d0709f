"""What was left out of a document, and which parts of it its own program does not show."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks_app", "0003_titles_of_chats")]
    operations = [
        migrations.AddField(
            model_name="document",
            name="hidden",
            field=models.JSONField(blank=True, default=list, verbose_name="hidden parts"),
        ),
        migrations.AddField(
            model_name="document",
            name="omissions",
            field=models.JSONField(blank=True, default=list, verbose_name="what was left out"),
        ),
    ]
