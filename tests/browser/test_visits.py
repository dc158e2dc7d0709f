"""What `visit` promises the other tests: nothing is left of an earlier visit, and every complaint is noted."""

import pytest
from django.urls import reverse

from tests.browser.conftest import Visit


def test_a_visit_remembers_nothing_of_an_earlier_one(visit: Visit) -> None:
    page = visit(reverse("admin:index"))
    page.evaluate("localStorage.setItem('left', 'behind')")
    page.evaluate("sessionStorage.setItem('left', 'behind')")
    page.evaluate("document.cookie = 'left=behind'")
    page.close()
    page = visit(reverse("admin:index"))
    kept = "[localStorage.getItem('left'), sessionStorage.getItem('left'), document.cookie.includes('left')]"
    assert page.evaluate(kept) == [None, None, False]


@pytest.mark.parametrize(
    ("mishap", "words"),
    [
        ("console.error('something is wrong')", "something is wrong"),
        ("setTimeout(() => { throw new Error('nobody caught this') })", "nobody caught this"),
        ("document.head.append(Object.assign(document.createElement('style'), {textContent: 'a {}'}))", "Policy"),
    ],
    ids=["console error", "page error", "breach of the policy"],
)
def test_what_a_page_complains_of_fails_the_test(visit: Visit, complaints: list[str], mishap: str, words: str) -> None:
    page = visit(reverse("admin:index"))
    page.evaluate(f"() => {{ {mishap} }}")
    page.wait_for_function("new Promise(done => setTimeout(done, 10, true))")
    assert len(complaints) == 1
    assert words in complaints.pop()
