"""What staff call the words of the checking rules."""

from django.utils.translation import gettext_lazy as _

from tasks_app.text.check.rule import Category, Profile, Severity

CATEGORIES = {
    Category.TYPO: _("Typos"),
    Category.GRAMMAR: _("Grammar"),
    Category.EXPRESSION: _("Expression"),
    Category.CONSISTENCY: _("Consistency"),
    Category.TERMINOLOGY: _("Terminology"),
    Category.HONORIFIC: _("Honorifics"),
    Category.READABILITY: _("Readability"),
}
SEVERITIES = {
    Severity.ERROR: _("Error"),
    Severity.WARNING: _("Warning"),
    Severity.INFO: _("Information"),
}
PROFILES = {
    Profile.OFFICIAL: _("Official document"),
    Profile.ASSEMBLY: _("Assembly document"),
    Profile.NOTICE: _("Notice"),
    Profile.FREE: _("Free text"),
}

CATEGORY_CHOICES = [(category.value, label) for category, label in CATEGORIES.items()]
SEVERITY_CHOICES = [(severity.value, label) for severity, label in SEVERITIES.items()]
PROFILE_CHOICES = [(profile.value, label) for profile, label in PROFILES.items()]

USUAL_CATEGORIES = (
    Category.TYPO,
    Category.GRAMMAR,
    Category.EXPRESSION,
    Category.CONSISTENCY,
    Category.TERMINOLOGY,
)
"""Checked unless somebody prefers otherwise. Of terminology only what staff put into the glossary is found."""


def usual_categories() -> list[str]:
    return [category.value for category in USUAL_CATEGORIES]
