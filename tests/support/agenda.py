"""Agenda items for tests, small ones that take milliseconds."""

from django.core.files.base import ContentFile

from tasks_app.models import AgendaItem, AgendaMaterial, Council, CouncilMeeting

MINUTES = "○議長 避難所の見直し案は原案のとおり可決されました。\n"


def agenda_item(materials: int = 2, minutes: str = MINUTES, number: int = 1) -> AgendaItem:
    """An item of a meeting of its own, nothing enqueued."""
    council = Council.objects.create(title="防災審議会")
    meeting = CouncilMeeting.objects.create(council=council, number=1)
    item = AgendaItem.objects.create(meeting=meeting, number=number, title="避難所について", pasted_text=minutes)
    for each in range(1, materials + 1):
        material(item, each)
    return item


def material(item: AgendaItem, number: int, text: str = "") -> AgendaMaterial:
    content = text or f"資料{number}は、市が{number}月末までに倉庫を{number}か所に設ける方針とすることを示す。\n"
    file = ContentFile(content.encode(), name=f"{number}.txt")
    return AgendaMaterial.objects.create(item=item, number=number, title=f"資料{number}", file=file)


def replace(attached: AgendaMaterial, text: str) -> AgendaMaterial:
    """Put another file in its place, as a form would."""
    fresh = AgendaMaterial.objects.get(pk=attached.pk)
    fresh.file = ContentFile(text.encode(), name="replaced.txt")
    fresh.save()
    return fresh
