"""What a user usually has checked, and the words that a user or the organisation wants written in one way."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.check.check_words import CATEGORY_CHOICES, PROFILE_CHOICES, usual_categories
from tasks_app.text.check.rule import Profile, Term
from tasks_app.text.japanese.cleaning import readable


class CheckPreference(models.Model):
    """What a new check of this user starts with."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="check_preference",
        editable=False,
        verbose_name=_("user"),
    )
    profile = models.CharField(
        _("type of document"), max_length=20, choices=PROFILE_CHOICES, default=Profile.OFFICIAL.value
    )
    categories = ArrayField(
        models.CharField(max_length=20, choices=CATEGORY_CHOICES),
        verbose_name=_("what to check"),
        default=usual_categories,
    )

    class Meta:
        verbose_name = _("check preference")
        verbose_name_plural = _("check preferences")

    def __str__(self) -> str:
        return str(self.user)


class CheckTerm(models.Model):
    """To be written `correct` instead of `term`; with no `correct` it must not be written. No owner: for everybody."""

    term = models.CharField(_("term"), max_length=100)
    correct = models.CharField(
        _("write instead"),
        max_length=100,
        blank=True,
        default="",
        help_text=_("If left empty, the term must not be used at all."),
    )
    note = models.CharField(_("note"), max_length=255, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="check_terms",
        editable=False,
        verbose_name=_("owner"),
    )

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ("term", "id")
        constraints = (
            models.UniqueConstraint(fields=("owner", "term"), name="check_term_of_owner"),
            models.UniqueConstraint(fields=("term",), condition=Q(owner=None), name="check_term_of_all"),
            models.CheckConstraint(condition=~Q(term=""), name="check_term_not_empty"),
        )
        permissions = (("share_checkterm", "Can change glossary terms that apply to everybody"),)

    def __str__(self) -> str:
        return self.term

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.term, self.correct = readable(self.term).strip(), readable(self.correct).strip()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.term and self.term == self.correct:
            raise ValidationError({"correct": _("This is the same as the term.")})


def terms_for(user_id: int | None) -> tuple[Term, ...]:
    """The user's own and everybody's, sorted; where both name a term, the user's own holds."""
    rows = CheckTerm.objects.filter(Q(owner=None) | Q(owner_id=user_id)).values_list("term", "correct", "owner_id")
    own_last = sorted(rows, key=lambda row: row[2] is not None)
    return tuple(sorted((Term(term, correct) for term, correct in {t: c for t, c, _o in own_last}.items()), key=str))
