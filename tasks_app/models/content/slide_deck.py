"""Slide decks: what staff ask for, what was outlined and written, and every version that came out of it."""

import json
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.base.document import Document
from tasks_app.models.content.base.notebook import Notebook
from tasks_app.models.content.base.stored_file import StoredFile
from tasks_app.models.content.base.subject import Subject
from tasks_app.models.content.source import Source
from tasks_app.text.decks.deck import MAX_SLIDES
from tasks_app.text.japanese.cleaning import readable, storable


class SlideTemplate(StoredFile):
    """A PowerPoint file whose layouts decks are made with."""

    title = models.CharField(_("title"), max_length=255)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("slide template")
        verbose_name_plural = _("slide templates")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title

    @classmethod
    def largest_file(cls) -> int:
        return int(settings.SLIDES_TEMPLATE_MAX_BYTES)


class SlideStyle(models.TextChoices):
    """How much stands on a slide. Colours and fonts are the template's."""

    CONCISE = "concise", _("Concise")
    STANDARD = "standard", _("Standard")
    DETAILED = "detailed", _("Detailed")


class SlideDeck(Subject):
    """`outline` and `slides` are lists as in `text.decks.deck`; the stages write them.

    `outline_edited` says that staff changed the outline, which then is taken as it is. `template_title` remembers a
    template that may be deleted. `current` is the version that is shown and refined.
    """

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="slide_decks", verbose_name=_("notebook"))
    source_text = models.TextField(_("source text"), blank=True, default="")
    sources = models.ManyToManyField(Source, related_name="slide_decks", blank=True, verbose_name=_("sources"))
    target_slides = models.PositiveSmallIntegerField(
        _("number of slides"), default=10, validators=[MinValueValidator(1), MaxValueValidator(MAX_SLIDES)]
    )
    key_points = models.TextField(_("key points"), blank=True, default="")
    style = models.CharField(_("style"), max_length=20, choices=SlideStyle, default=SlideStyle.STANDARD)
    template = models.ForeignKey(
        SlideTemplate, models.SET_NULL, null=True, blank=True, related_name="decks", verbose_name=_("template")
    )
    template_title = models.CharField(max_length=255, blank=True, default="", editable=False)
    outline = models.JSONField(_("outline"), default=list, blank=True, editable=False)
    outline_edited = models.BooleanField(default=False, editable=False)
    outlined_by = models.CharField(max_length=40, blank=True, default="", editable=False)
    slides = models.JSONField(_("slides"), default=list, blank=True, editable=False)
    remarks = models.JSONField(default=list, blank=True, editable=False)
    written_by = models.CharField(max_length=40, blank=True, default="", editable=False)
    model = models.CharField(_("model"), max_length=100, blank=True, default="", editable=False)
    coverage = models.PositiveIntegerField(_("characters read"), default=0, editable=False)
    source_characters = models.PositiveIntegerField(default=0, editable=False)
    current = models.ForeignKey(
        "SlideVersion", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("slide deck")
        verbose_name_plural = _("slide decks")
        ordering = ("-created_at",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = readable(self.title).replace("\n", " ")
        self.source_text = storable(self.source_text)
        if self.template is not None:
            self.template_title = self.template.title
        super().save(*args, **kwargs)

    @property
    def job_notebook_id(self) -> UUID | None:
        return self.notebook_id

    @property
    def job_owner_id(self) -> int | None:
        return self.notebook.owner_id

    @property
    def template_is_gone(self) -> bool:
        """Whether the template that was chosen has been deleted since."""
        return self.template_id is None and bool(self.template_title)

    def material_digest(self) -> str:
        """Changes with the texts that the deck is made from and with what they are called."""
        sources = self.sources.order_by("pk").values_list("pk", "title", "document__text_digest")
        facts = [self.source_text, self.title, [[str(pk), title, digest] for pk, title, digest in sources]]
        return sha256(json.dumps(facts).encode()).hexdigest()

    def input_digest(self) -> str:
        template = self.template.content_digest if self.template else self.template_title
        outline = self.outline if self.outline_edited else None
        facts = [self.material_digest(), self.target_slides, self.key_points, self.style, template, outline]
        return sha256(json.dumps(facts).encode()).hexdigest()

    def texts(self) -> list[tuple[str, Document | None]]:
        """(title, document) of each source by title, the pasted text left out; None while it has no text."""
        sources = self.sources.select_related("document").order_by("title", "pk")
        return [(source.title, source.document if source.document.text.strip() else None) for source in sources]


class SlideVersion(StoredFile):
    """One finished deck with its file. `token` is that of the rendering; `pages` names each page's slide number.

    `remarks` are `text.decks.deck.Remark`. `pictures` counts those drawn of its pages.
    """

    deck = models.ForeignKey(SlideDeck, models.CASCADE, related_name="versions", verbose_name=_("slide deck"))
    number = models.PositiveIntegerField(_("version"))
    token = models.UUIDField(unique=True, editable=False)
    slides = models.JSONField(_("slides"), default=list)
    pages = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    instruction = models.TextField(_("instruction"), blank=True, default="")
    written_by = models.CharField(max_length=40)
    model = models.CharField(_("model"), max_length=100, blank=True, default="")
    coverage = models.PositiveIntegerField(default=0)
    source_characters = models.PositiveIntegerField(default=0)
    pictures = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("version of a deck")
        verbose_name_plural = _("versions of decks")
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("deck", "number"), name="slide_version_number"),)

    def __str__(self) -> str:
        return f"{self.deck.title} {self.number}"

    def picture_name(self, page: int) -> str:
        """Where the picture of a page, from 1, is stored."""
        return picture_name(self.token, page)

    def forget_file(self, name: str) -> None:
        super().forget_file(name)
        for page in range(1, self.pictures + 1):
            transaction.on_commit(partial(self.file.storage.delete, self.picture_name(page)))


def deck_name(token: UUID) -> str:
    """Where the file of a rendering is stored."""
    return f"slideversions/{token.hex}.pptx"


def picture_name(token: UUID, page: int) -> str:
    return f"slideversions/{token.hex}-{page}.png"
