"use strict";
// Issues beside the text: j and k move, a accepts, r rejects, u takes back; after an answer the next issue follows.
(() => {
  const issues = () => [...document.querySelectorAll("#review .issue")];
  const current = () => document.activeElement?.closest?.("#review .issue");
  let resume = null;

  const go = (issue) => {
    if (!issue) return;
    issue.focus({ preventScroll: true });
    issue.scrollIntoView({ block: "nearest" });
  };

  const show = (issue) => {
    for (const mark of document.querySelectorAll("#review .mark.current")) mark.classList.remove("current");
    const id = issue.id.replace("issue-", "");
    for (const mark of document.querySelectorAll(`#review .mark[data-issue="${id}"]`)) mark.classList.add("current");
    const place = document.getElementById(`place-${id}`);
    const text = place?.closest(".review-text");
    if (text) text.scrollTop += place.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;
  };

  document.addEventListener("focusin", () => current() && show(current()));

  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("#review .mark");
    if (!mark) return;
    event.preventDefault();
    go(document.getElementById(`issue-${mark.dataset.issue}`));
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea") || !document.getElementById("review")) return;
    const all = issues();
    const at = all.indexOf(current());
    const verdict = { a: "accepted", r: "rejected", u: "open" }[event.key];
    if (event.key === "j") go(all[Math.min(at + 1, all.length - 1)]);
    else if (event.key === "k") go(all[Math.max(at - 1, 0)]);
    else if (verdict && at >= 0) all[at].querySelector(`button[name="${verdict}"]`)?.click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "review") return;
    const all = issues();
    const at = all.indexOf(current());
    if (at < 0) {
      const name = document.activeElement?.closest("#review select")?.name;
      resume = name ? () => document.querySelector(`#review select[name="${name}"]`)?.focus() : null;
      return;
    }
    const here = all[at].dataset.context;
    const next = all[at + 1]?.dataset.context;
    resume = () => {
      const now = issues();
      const of = (context) => now.find((issue) => issue.dataset.context === context);
      go(of(next) ?? of(here) ?? now[Math.min(at, now.length - 1)] ?? document.getElementById("review"));
    };
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "review" && event.detail.elt?.id !== "review") return;
    resume?.();
    resume = null;
  });
})();
