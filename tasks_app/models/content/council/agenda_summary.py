"""The summaries of an agenda item, every version of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.council.agenda import AgendaItem
from tasks_app.models.engine.job import Job


class SummaryScope(models.TextChoices):
    """What a summary is made from."""

    MATERIALS = "materials", _("Materials")
    MINUTES = "minutes", _("Minutes")
    BOTH = "both", _("Materials and minutes")


class AgendaSummary(models.Model):
    """One version. Written by a job (`job`, replaced by that job only), or by a person (`edited_by`, never replaced).

    Of the versions for one scope at most one is the current one. `coverage` counts the characters of the
    documents it stands for. `figures` holds `parts` (how many went in) and `missing`, a list of
    {title, reason} for what did not; reasons are message ids.
    """

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="summaries", verbose_name=_("agenda item"))
    of = models.CharField(_("summary of"), max_length=10, choices=SummaryScope)
    number = models.PositiveIntegerField(_("version"))
    is_current = models.BooleanField(_("current"), default=False)
    text = models.TextField(_("text"))
    provider = models.CharField(_("summary method"), max_length=40, blank=True, default="")
    model = models.CharField(_("model"), max_length=100, blank=True, default="")
    coverage = models.PositiveIntegerField(_("characters summarised"), default=0)
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, related_name="agenda_summaries", verbose_name=_("job")
    )
    based_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("based on")
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("edited by")
    )
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        ordering = ("item", "of", "-number")
        constraints = (
            models.UniqueConstraint(fields=("item", "of", "number"), name="agenda_summary_version"),
            models.UniqueConstraint(fields=("item", "of"), condition=Q(is_current=True), name="agenda_summary_current"),
            models.UniqueConstraint(fields=("job",), name="agenda_summary_of_job"),
        )

    def __str__(self) -> str:
        return _("Version %(number)d") % {"number": self.number}

    @property
    def edited(self) -> bool:
        return self.edited_at is not None
