"use strict";
// Live parts poll by htmx. This file keeps them polite: silent in hidden tabs unless their asking is the work
// (data-works), honest when the server is away, and never in the way of somebody who is writing in what would be
// replaced, unless the part answers them (data-answers).
(() => {
  const notice = () => document.getElementById("connection");

  const setLost = (lost) => {
    const element = notice();
    if (element) element.hidden = !lost;
    for (const part of document.querySelectorAll(".live")) part.classList.toggle("stale", lost);
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && !event.target.closest("[data-works]")) event.preventDefault();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target, pathInfo } = event.detail;
    // Another address answered: the session has ended and this is the login page.
    if (new URL(xhr.responseURL).pathname !== new URL(pathInfo.requestPath, location.href).pathname) {
      event.detail.shouldSwap = false;
      location.reload();
      return;
    }
    const focused = document.activeElement;
    if (!target.contains(focused) || target.hasAttribute("data-answers")) return;
    if (focused.matches("input, textarea, select")) event.detail.shouldSwap = false;
    else if (event.detail.shouldSwap) reader = { tag: focused.tagName, name: nameOf(focused) };
  });

  // The focus moves from an element of the old part to the same element of the new one, whatever figures that shows.
  const nameOf = (one) =>
    one.getAttribute("href") ?? one.getAttribute("aria-label") ?? one.getAttribute("aria-labelledby") ?? one.textContent;
  let reader = null;
  document.addEventListener("htmx:afterSettle", () => {
    const stood = reader;
    reader = null;
    if (!stood || document.activeElement !== document.body) return;
    const same = (one) => nameOf(one) === stood.name;
    [...document.querySelectorAll(`.live ${stood.tag}`)].find(same)?.focus({ preventScroll: true });
  });

  // What a reader has opened stays open when its surroundings are replaced.
  const opened = new Set();
  document.addEventListener("toggle", ({ target }) => {
    if (target.id) opened[target.open ? "add" : "delete"](target.id);
  }, true);
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  });

  document.addEventListener("htmx:afterRequest", (event) => setLost(!event.detail.successful));

  // Select2 names its box after the chosen value alone; while nothing is chosen it has no name. Give it its label's,
  // once the admin's own ready handlers, which ran jQuery first, have made the box.
  window.django?.jQuery?.(() => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const label = document.querySelector(`label[for="${select.id}"]`);
      const box = select.parentElement.querySelector(".select2-selection");
      if (!label || !box) continue;
      label.id ||= `${select.id}_label`;
      box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby") ?? ""}`.trim());
      for (const field of box.querySelectorAll("[role=textbox], [role=searchbox]")) {
        field.setAttribute("aria-labelledby", label.id);
      }
    }
  });

  // The admin's boxes for choosing many put a name on a mark that has no role, once they are built.
  window.addEventListener("load", () => {
    for (const sign of document.querySelectorAll(".search-label-icon[aria-label]")) sign.setAttribute("role", "img");
  });
})();
