"""A council or another body that meets, and its meetings."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks_app.text.japanese.cleaning import readable


class CouncilType(models.TextChoices):
    ASSEMBLY = "assembly", _("Assembly")
    COUNCIL = "council", _("Advisory council")
    COMMITTEE = "committee", _("Committee")
    STUDY_GROUP = "study_group", _("Study group")
    OTHER = "other", _("Other body")


class Council(models.Model):
    """Anyone who owns it may follow the jobs of all its agenda items; `is_public` lets every user read it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField(_("title"), max_length=255)
    council_type = models.CharField(_("type of body"), max_length=20, choices=CouncilType, default=CouncilType.COUNCIL)
    organisation = models.CharField(_("organisation"), max_length=255, blank=True, default="")
    official_url = models.URLField(_("official page"), max_length=1000, blank=True, default="")
    description = models.TextField(_("description"), blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="councils",
        verbose_name=_("owner"),
    )
    is_public = models.BooleanField(_("public"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("council")
        verbose_name_plural = _("councils")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class CouncilMeeting(models.Model):
    """`number` counts the meetings of a council from 1; `title` is empty where the number says all."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="meetings", verbose_name=_("council"))
    number = models.PositiveIntegerField(_("meeting number"))
    title = models.CharField(_("title"), max_length=255, blank=True, default="")
    date = models.DateField(_("date"), null=True, blank=True)
    place = models.CharField(_("venue"), max_length=255, blank=True, default="")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("council", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("council", "number"),
                name="meeting_number",
                violation_error_message=_("The council already has a meeting with this number."),
            ),
        )

    def __str__(self) -> str:
        name = _("Meeting %(number)d") % {"number": self.number}
        return f"{self.council.title} {name} {readable(self.title)}".rstrip()
