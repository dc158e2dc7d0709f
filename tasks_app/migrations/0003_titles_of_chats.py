"""Jobs of chats are called by what the chat is about. They used to carry the beginning of a private question."""

from django.db import migrations

from tasks_app.text.japanese import bigrams

CHAT = "chat"


def rename(apps, schema_editor):
    def rows(name):
        return apps.get_model("tasks_app", name).objects.using(schema_editor.connection.alias)

    for session in rows("ChatSession").select_related("notebook", "council").iterator():
        title = (session.notebook or session.council).title
        answers = rows("ChatMessage").filter(session=session).order_by().values("pk")
        rows("Job").filter(kind=CHAT, subject_id__in=answers).update(
            subject_title=title, title_search=bigrams.vector(title)
        )
    known = rows("ChatMessage").order_by().values("pk")
    rows("Job").filter(kind=CHAT).exclude(subject_id__in=known).update(subject_title="", title_search=None)


class Migration(migrations.Migration):
    dependencies = [("tasks_app", "0002_field_terms")]
    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
