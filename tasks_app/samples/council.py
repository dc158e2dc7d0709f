"""A bundled agenda item with three materials and minutes, shared by the kinds that work on councils."""

from datetime import date
from importlib.resources import files

from django.core.files.base import ContentFile

from tasks_app.models import AgendaItem, AgendaMaterial, Council, CouncilMeeting, Notebook
from tasks_app.models.content.council.council import CouncilType

FILES = files("tasks_app.samples")
TITLE = "青嶺町地域公共交通会議"
MINUTES = "aomine-koutsuu-kaigiroku.docx"
MATERIALS = (
    ("デマンド交通「みねのり号」実証運行の結果", "aomine-jisshou-unkou.pdf"),
    ("本格運行計画（案）", "aomine-unkou-keikaku.xlsx"),
    ("利用者アンケートの結果", "aomine-riyousha-anketo.md"),
)
"""(title, file) in the order of their numbers."""


def agenda_item(notebook: Notebook) -> AgendaItem:
    """That of the notebook's set of samples, made when it is first asked for; nothing is enqueued.

    Councils are in no notebook: the set's is the one that the notebook's owner has since the notebook is there.
    """
    council = Council.objects.filter(title=TITLE, owner=notebook.owner, created_at__gte=notebook.created_at).first()
    if council is not None:
        return AgendaItem.objects.get(meeting__council=council)
    council = Council.objects.create(
        title=TITLE, council_type=CouncilType.COUNCIL, organisation="青嶺町", owner=notebook.owner
    )
    meeting = CouncilMeeting.objects.create(
        council=council, number=3, date=date(2024, 11, 14), place="青嶺町役場 3階 大会議室"
    )
    item = AgendaItem.objects.create(
        meeting=meeting, number=1, title="デマンド交通「みねのり号」の本格運行について", file=_content(MINUTES)
    )
    for number, (title, name) in enumerate(MATERIALS, start=1):
        AgendaMaterial.objects.create(item=item, number=number, title=title, file=_content(name))
    return item


def _content(name: str) -> "ContentFile[bytes]":
    return ContentFile((FILES / name).read_bytes(), name=name)
