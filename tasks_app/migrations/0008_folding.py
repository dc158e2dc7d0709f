"""Search indexes of texts whose characters are now compared in other forms (髙 as 高, no variation selectors).

Only rows that hold such a character are written again.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db import migrations
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from tasks_app.text.japanese import bigrams
from tasks_app.text.japanese.variants import INVISIBLE, KANJI

CHANGED = f"[{''.join(KANJI)}{INVISIBLE}]"


def fold(apps, schema_editor):
    for name, text, index in (("Chunk", "content", "search"), ("Job", "subject_title", "title_search")):
        rows = apps.get_model("tasks_app", name).objects.using(schema_editor.connection.alias).order_by()
        changed = rows.filter(**{f"{text}__regex": CHANGED, f"{index}__isnull": False})
        for pk, content in changed.values_list("pk", text).iterator():
            vector = Cast(Value(bigrams.vector(content), TextField()), SearchVectorField())
            rows.filter(pk=pk).update(**{index: vector})


class Migration(migrations.Migration):
    dependencies = [("tasks_app", "0007_speakers")]
    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
