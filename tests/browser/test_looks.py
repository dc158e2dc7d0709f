"""Every page in both themes, both languages and on a phone: all fits, axe finds no fault, words stay whole."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tasks_app.models import Notebook
from tests.browser.conftest import Visit
from tests.browser.furnished import furnish, pages

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERYTHING = {"type": "tag", "values": TAGS}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""All that a theme can change."""

WIDTHS = (1360, 390)

CUT_WORDS = """
(() => {
  const words = new Intl.Segmenter("ja", {granularity: "word"});
  const japanese = /[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}ー]/u;
  const written = ".prose, .turns, .document, .reading, .draft, blockquote, pre, textarea, select, script, style, svg";
  const pairs = ["について", "として", "による"];
  const cut = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const top = (node, at) => {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const box = range.getClientRects()[0];
    return box && box.width ? box.top : null;
  };
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!japanese.test(node.data) || node.parentElement.closest(written)) continue;
    for (const {segment, index, isWordLike} of words.segment(node.data)) {
      if (!isWordLike || pairs.includes(segment) || !japanese.test(segment)) continue;
      const first = top(node, index), last = top(node, index + segment.length - 1);
      if (first !== null && last !== null && Math.abs(last - first) > 4) cut.push(`${segment} of ${node.data.trim()}`);
    }
  }
  return cut;
})()
"""
"""Words of the console's own texts that run on in the next line; `pairs` are a particle and a verb."""


def faults(page: Page, axe: str, only: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe-core has to say against the page as it stands, by rule and element.

    Without `preload`, which looks for imported style sheets beside the page instead of beside the sheet that imports.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("only => axe.run(document, {runOnly: only, preload: false})", only)
    return [
        f"{violation['id']}: {node['html'][:200]}" for violation in found["violations"] for node in violation["nodes"]
    ]


def over_the_edge(page: Page) -> list[str]:
    pixels = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"runs over the edge by {pixels} px"] if pixels > 0 else []


def cut_words(page: Page) -> list[str]:
    """Only a Japanese page promises it: elsewhere a browser cannot know which language a title is in."""
    if page.evaluate("document.documentElement.lang") != "ja":
        return []
    return [f"cuts {word}" for word in page.evaluate(CUT_WORDS)]


def looked_at(page: Page, axe: str) -> Iterator[str]:
    """Faults of the page open, in both widths and themes, each with how it was looked at."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        found = [*faults(page, axe), *over_the_edge(page), *cut_words(page)]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found += [f"in the dark, {fault}" for fault in faults(page, axe, COLOURS)]
        yield from (f"{width}: {fault}" for fault in found)


@pytest.fixture
def states(notebook: Notebook, chief: User) -> dict[str, str]:
    return furnish(notebook, chief)


@pytest.fixture
def every_page(states: dict[str, str], chief: User) -> dict[str, str]:
    """By name, every page there is, and some in states of their own."""
    return pages(signed_in(chief)) | states


def signed_in(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_without_fault(language: str, every_page: dict[str, str], visit: Visit, axe: str) -> None:
    """The policy is lifted for axe alone, which measures with inline styles."""
    page = visit(every_page["index"], language=language, bypass_csp=True)
    origin = page.url.split("/admin/")[0]
    found: dict[str, list[str]] = {}
    for name, address in every_page.items():
        page.goto(origin + address)
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        for fault in looked_at(page, axe):
            found.setdefault(fault, []).append(name)
    assert found == {}


def test_every_empty_list_is_without_fault_and_says_what_to_do(chief: User, visit: Visit, axe: str) -> None:
    lists = [reverse("admin:index"), reverse("admin:tasks_app_job_errors")]
    lists += [
        reverse(f"admin:tasks_app_{model._meta.model_name}_changelist")
        for model in admin.site._registry
        if model._meta.app_label == "tasks_app"
    ]
    page = visit(lists[0], language="ja", bypass_csp=True)
    origin = page.url.split("/admin/")[0]
    found: dict[str, list[str]] = {}
    for address in lists:
        page.goto(origin + address)
        mute = [] if page.locator("#content :is(.empty, .next, tbody tr)").count() else ["says nothing"]
        for fault in [*looked_at(page, axe), *mute]:
            found.setdefault(fault, []).append(address)
    assert found == {}


QUESTIONS = {
    "pause": ("admin:tasks_app_queuecontrol_changelist", "form[action$='/pause/'] button"),
    "drain": ("admin:tasks_app_queuecontrol_changelist", "form[action$='/drain/'] button"),
    "run now": ("admin:django_celery_beat_periodictask_changelist", "button[formaction$='/run/']"),
    "requeue": ("failed job", "form[action$='/requeue/'] button"),
    "restart": ("job with a past", "form[action$='/restart/'] button"),
    "acknowledge": ("failed job", "form[action$='/acknowledge/'] button"),
    "cancel": ("running job", "form[action$='/cancel/'] button"),
    "fail": ("queued job", "form[action$='/fail/'] button"),
    "requeue alike": ("admin:tasks_app_job_errors", "form[action$='/requeue/'] button"),
    "compare anew": ("admin:tasks_app_finding_changelist", "form[action$='/anew/'] button"),
    "repair": ("disagreement", "form[action$='/repair/'] button"),
}
"""Pages that are only reached by a button, and from where."""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_that_ask_are_without_fault(language: str, states: dict[str, str], visit: Visit, axe: str) -> None:
    page = visit(reverse("admin:index"), language=language, bypass_csp=True)
    origin = page.url.split("/admin/")[0]
    found: dict[str, list[str]] = {}
    for name, (start, button) in QUESTIONS.items():
        page.goto(origin + (states.get(start) or reverse(start)))
        page.locator(button).first.click()
        page.locator(".verb").wait_for()
        for fault in looked_at(page, axe):
            found.setdefault(fault, []).append(name)
    assert found == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_all_columns_of_the_job_list_fit_a_desktop(language: str, states: dict[str, str], visit: Visit) -> None:
    page = visit(reverse("admin:tasks_app_job_changelist"), language=language)
    hidden = "(() => { const list = document.querySelector('.results'); return list.scrollWidth - list.clientWidth })()"
    assert page.evaluate(hidden) == 0


def test_the_readers_choice_of_theme_wins_over_the_systems(visit: Visit) -> None:
    page = visit(reverse("admin:index"), dark=True)
    dark = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface')")
    page.evaluate("localStorage.setItem('theme', 'light')")
    page.reload()
    light = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface')")
    assert (dark, light) == ("#1c1f21", "#f5f8fa")
