"""Every page in both themes, both languages and on a phone: all fits, axe finds no fault, words stay whole."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver, reverse
from playwright.sync_api import Page

from tasks_app.models import Notebook
from tests.browser.conftest import Visit
from tests.browser.populated_console import Sight, every_sight, furnish, is_a_page, is_no_page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}}
NAMES = {**EVERYTHING, "rules": {rule: {"enabled": False} for rule in COLOUR_RULES}}
"""All that depends on what a page says."""
COLOURS = {"runOnly": {"type": "rule", "values": COLOUR_RULES}}
"""All that a theme can change."""
ROOM = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}}
"""All that the length of words can change on a narrower screen."""


@dataclass(frozen=True)
class Look:
    """How a page is looked at: how wide in pixels, in which theme, by which of axe's rules (none: without axe).

    The rules `of_styles` see only elements styled as none was on an earlier page: all others would look the same again.
    """

    width: int
    theme: Literal["light", "dark"]
    rules: Mapping[str, Any]
    of_styles: Mapping[str, Any] = field(default_factory=dict)


EVERY_LOOK = (
    Look(1360, "light", EVERYTHING),
    Look(1360, "dark", COLOURS),
    Look(390, "light", EVERYTHING),
    Look(390, "dark", COLOURS),
)
JAPANESE = (
    Look(1360, "light", NAMES, of_styles=COLOURS),
    Look(1360, "dark", {}, of_styles=COLOURS),
    Look(390, "light", {}, of_styles=ROOM),
)
"""Names, labels and colours are the same on a narrower screen."""

ENGLISH = (Look(390, "light", {}),)
"""Whether longer words fit. Names and labels are written in English: none is missing there that Japanese has."""

FRAME = ("#header", "#nav-sidebar")
"""Parts of every page that are the same on all of them, as CSS selectors."""

SHARDS = 8
EMPTY_SHARDS = 3

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


AUDIT = """
async ([rules, ofStyles, seen, exclude]) => {
  const common = {preload: false, resultTypes: ["violations"], selectors: false};
  const found = [];
  const audit = async (context, options) => {
    for (const {id, nodes} of (await axe.run(context, {...common, ...options})).violations)
      for (const {html} of nodes) found.push(`${id}: ${html.slice(0, 200)}`);
  };
  if (rules) await audit({exclude}, rules);
  if (!ofStyles) return [found, []];
  const attributes = ["type", "role", "disabled", "readonly", "open", "checked", "required", "lang", "hidden"];
  const named = new Set();
  const selectors = sheet => {
    for (const rule of sheet.cssRules) {
      for (const [, name] of (rule.selectorText || "").matchAll(/\\.([\\w-]+)/g)) named.add(name);
      if (rule.cssRules) selectors(rule);
      if (rule.styleSheet) selectors(rule.styleSheet);
    }
  };
  for (const sheet of document.styleSheets) selectors(sheet);
  const known = new Set(seen), styles = new Set(), include = [];
  const walk = (element, above) => {
    const own = attributes.map(name => element.getAttribute(name)).join(",");
    const classes = [...element.classList].filter(name => named.has(name)).sort();
    const states = element.getAttributeNames().filter(name => /^(aria|data)-/.test(name));
    const values = states.filter(name => name.startsWith("aria-")).map(name => element.getAttribute(name));
    const row = element.tagName === "TR" ? element.sectionRowIndex % 2 : "";
    const style = [above, element.tagName, own, classes, states, values, row].join("|");
    let digest = 0;
    for (let at = 0; at < style.length; at++) digest = (Math.imul(digest, 31) + style.charCodeAt(at)) | 0;
    if (!known.has(digest) && !styles.has(digest)) include.push(element);
    styles.add(digest);
    for (const child of element.children) walk(child, digest);
  };
  walk(document.body, 0);
  const fresh = include.filter(element => !exclude.some(part => element.closest(part)));
  if (fresh.length) await audit({include: fresh, exclude}, ofStyles);
  return [found, [...styles]];
}
"""
"""Runs axe. Without `preload`, which looks for imported style sheets beside the page instead of beside the sheet that
imports; nothing is gathered about what passes. A style is an element with its states and those of its classes that a
style sheet names, and the same of all elements around it.
"""


@dataclass
class Audit:
    """What axe-core has to say against pages, by rule and element. It remembers the styles it has seen, per look."""

    axe: str
    _styles: defaultdict[tuple[int, str], set[int]] = field(default_factory=lambda: defaultdict(set), init=False)

    def faults(self, page: Page, look: Look, without: Sequence[str]) -> list[str]:
        """Of the page as it stands, `without` what these select."""
        if not look.rules and not look.of_styles:
            return []
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(self.axe)
        seen = self._styles[look.width, look.theme]
        request = [look.rules or None, look.of_styles or None, list(seen), list(without)]
        found, styles = page.evaluate(AUDIT, request)
        seen.update(styles)
        return list(found)


def over_the_edge(page: Page) -> list[str]:
    pixels = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"runs over the edge by {pixels} px"] if pixels > 0 else []


def cut_words(page: Page) -> list[str]:
    """Only a Japanese page promises it: elsewhere a browser cannot know which language a title is in."""
    if page.evaluate("document.documentElement.lang") != "ja":
        return []
    return [f"cuts {word}" for word in page.evaluate(CUT_WORDS)]


def looked_at(page: Page, audit: Audit, looks: Sequence[Look], without: Sequence[str] = ()) -> Iterator[str]:
    """Faults of the page open, each with how it was looked at. The room is measured once per width."""
    for look in looks:
        page.set_viewport_size({"width": look.width, "height": 900})
        page.emulate_media(color_scheme=look.theme, reduced_motion="reduce")
        found = audit.faults(page, look, without)
        if look.theme == "light":
            found += [*over_the_edge(page), *cut_words(page)]
        yield from (f"{look.width}, {look.theme}: {fault}" for fault in found)


@pytest.fixture
def states(notebook: Notebook, chief: User) -> dict[str, Sight]:
    return furnish(notebook, chief)


@pytest.fixture
def every_page(states: dict[str, Sight]) -> dict[str, Sight]:
    """By name, every page there is, and some in states of their own."""
    return every_sight() | states


def shard(pages: Mapping[str, Sight], number: int, of: int) -> dict[str, Sight]:
    """Shard `number` (from 0) of so many: one page in `of`, which spreads the neighbouring ones of one model."""
    return dict(list(pages.items())[number::of])


def signed_in(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


@dataclass(frozen=True)
class Tour:
    """The looks at each page, by language. The frame is left out on all pages but the first one of a shard."""

    looks: Mapping[str, Sequence[Look]]
    frame: Sequence[str]

    def faults(self, pages: Mapping[str, Sight], page: Page, language: str, axe: str) -> dict[str, list[str]]:
        """Names of the pages that have it, by fault."""
        origin = page.url.split("/admin/")[0]
        found: dict[str, list[str]] = {}
        audit = Audit(axe)
        for name, sight in pages.items():
            page.goto(origin + sight.address)
            if sight.button:
                page.locator(sight.button).first.click()
                page.locator(".verb").wait_for()
            page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
            without = () if name == next(iter(pages)) else self.frame
            for fault in looked_at(page, audit, self.looks[language], without):
                found.setdefault(fault, []).append(name)
        return found


QUICK = Tour({"ja": JAPANESE, "en": ENGLISH}, FRAME)
COMPLETE = Tour({"ja": EVERY_LOOK, "en": EVERY_LOOK}, ())


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "tour", [pytest.param(QUICK, id="quick"), pytest.param(COMPLETE, id="complete", marks=pytest.mark.full)]
)
@pytest.mark.parametrize("number", range(SHARDS))
def test_every_page_is_without_fault(
    number: int, tour: Tour, every_page: dict[str, Sight], chief: User, visit: Visit, axe: str
) -> None:
    """The policy is lifted for axe alone, which measures with inline styles."""
    client = signed_in(chief)
    pages = {name: sight for name, sight in shard(every_page, number, SHARDS).items() if is_a_page(client, sight)}
    found = {}
    for language in tour.looks:
        page = visit(reverse("admin:index"), language=language, bypass_csp=True)
        found[language] = tour.faults(pages, page, language, axe)
        page.close()
    assert found == {language: {} for language in tour.looks}


def test_the_shards_together_are_every_page(every_page: dict[str, Sight]) -> None:
    """Each page is in one, and each address of the site is that of a page or named as an exception."""
    spread = [name for number in range(SHARDS) for name in shard(every_page, number, SHARDS)]
    assert sorted(spread) == sorted(every_page)
    _path, site = get_resolver().namespace_dict["admin"]
    names = {name for name in site.reverse_dict if isinstance(name, str)}
    assert {name for name in names if not is_no_page(name)} <= set(spread)


@pytest.mark.parametrize("number", range(EMPTY_SHARDS))
def test_every_empty_list_is_without_fault_and_says_what_to_do(
    number: int, chief: User, visit: Visit, axe: str
) -> None:
    lists = [reverse("admin:index"), reverse("admin:tasks_app_job_errors")]
    lists += [
        reverse(f"admin:tasks_app_{model._meta.model_name}_changelist")
        for model in admin.site._registry
        if model._meta.app_label == "tasks_app"
    ]
    page = visit(lists[0], language="ja", bypass_csp=True)
    origin = page.url.split("/admin/")[0]
    found: dict[str, list[str]] = {}
    audit = Audit(axe)
    for address in lists[number::EMPTY_SHARDS]:
        page.goto(origin + address)
        mute = [] if page.locator("#content :is(.empty, .next, tbody tr)").count() else ["says nothing"]
        for fault in [*looked_at(page, audit, JAPANESE), *mute]:
            found.setdefault(fault, []).append(address)
    assert found == {}


def test_all_columns_of_the_job_list_fit_a_desktop(states: dict[str, Sight], visit: Visit) -> None:
    hidden = "(() => { const list = document.querySelector('.results'); return list.scrollWidth - list.clientWidth })()"
    jobs = reverse("admin:tasks_app_job_changelist")
    assert {language: visit(jobs, language=language).evaluate(hidden) for language in ("ja", "en")} == {
        "ja": 0,
        "en": 0,
    }


def test_the_readers_choice_of_theme_wins_over_the_systems(visit: Visit) -> None:
    page = visit(reverse("admin:index"), dark=True)
    dark = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface')")
    page.evaluate("localStorage.setItem('theme', 'light')")
    page.reload()
    light = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface')")
    assert (dark, light) == ("#1c1f21", "#f5f8fa")
