"""The stage that applies the rules which need no model."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tasks_app.models import DocumentCheck
from tasks_app.models.content.check.check_preference import terms_for
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.check import store_issues
from tasks_app.stages.check.store_issues import IssueDraft
from tasks_app.stages.common.document_access import text_digest, text_of
from tasks_app.text.check import rules
from tasks_app.text.check.rule import Category, Profile, Rule, RuleHit, Setting
from tasks_app.text.japanese.morphology import Analysed


@dataclass(frozen=True, kw_only=True)
class Applied:
    """`rules` counts those that had a say about the text."""

    issues: list[IssueDraft]
    is_japanese: bool
    rules: int


def setting_of(check: DocumentCheck) -> Setting:
    return Setting(profile=Profile(check.profile), terms=terms_for(check.job_owner_id))


def inputs(facts: StageFacts) -> Mapping[str, Any]:
    check: DocumentCheck = facts.subject
    return {
        "text": text_digest(check.document_id),
        "rules": rules.VERSION,
        "categories": sorted(check.categories),
        "setting": asdict(setting_of(check)),
    }


def _run(context: StageContext) -> Applied:
    check: DocumentCheck = context.subject
    analysed = Analysed(text_of(check.document_id), context.check)
    setting, categories = setting_of(check), frozenset(Category(name) for name in check.categories)
    applicable = rules.applicable(analysed, setting, categories)
    found: list[IssueDraft] = []
    for done, rule in enumerate(applicable, start=1):
        found += [_issue(rule, finding) for finding in rule.find(analysed, setting)]
        context.progress(done, len(applicable))
    return Applied(issues=found, is_japanese=analysed.is_japanese, rules=len(applicable))


def _issue(rule: Rule, finding: RuleHit) -> IssueDraft:
    return IssueDraft(
        start=finding.start,
        end=finding.end,
        category=rule.category,
        severity=rule.severity,
        rule=rule.id,
        suggestion=finding.suggestion,
        explanation=rule.explanation,
        details=dict(finding.details),
    )


def _save(context: StageContext, applied: Applied) -> Mapping[str, Any]:
    check: DocumentCheck = context.subject
    store_issues.replace(check, applied.issues, by_model=False)
    DocumentCheck.objects.filter(pk=check.pk).update(is_japanese=applied.is_japanese)
    return {
        "issues": len(applied.issues),
        "rules": applied.rules,
        **({} if applied.is_japanese else {"rules_silent": len(rules.RULES) - applied.rules}),
    }


def apply_rules() -> Stage:
    return Stage(name="rules", label=_("Apply rules"), inputs=inputs, run=_run, save=_save)
