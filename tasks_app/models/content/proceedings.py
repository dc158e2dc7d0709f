"""What a meeting came to, as found in the text of its minutes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.base.document import Document


class Proceedings(models.Model):
    """Of a document that holds minutes; who found it is said by the document's `summary_provider`.

    `overview`, `decisions`, `actions` and `questions` are lists of {text, spans: [[start, end], …]}, those of
    actions with `who` and `by_when` (empty where the text does not say), those of decisions with `about` (what was put
    to the vote; empty where the sentence says it). `turns` is a list of [start, end, start of the speech, name, role].
    `dropped` counts by reason what a model wrote and the text does not show, and what of the text became no turn and
    no decision. Offsets are characters in the document's text.
    """

    document = models.OneToOneField(
        Document, models.CASCADE, primary_key=True, related_name="proceedings", verbose_name=_("document")
    )
    overview = models.JSONField(_("overview"), default=list)
    decisions = models.JSONField(_("decisions"), default=list)
    actions = models.JSONField(_("action items"), default=list)
    questions = models.JSONField(_("open questions"), default=list)
    turns = models.JSONField(_("speaker turns"), default=list)
    dropped = models.JSONField(_("dropped"), default=dict)

    class Meta:
        verbose_name = _("proceedings")
        verbose_name_plural = _("proceedings")

    def __str__(self) -> str:
        return str(self.document_id)
