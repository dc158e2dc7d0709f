"use strict";
// A time in a transcript is a button: it plays the recording from there. The page may be replaced by htmx at any
// moment, so the listener stands on the document.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-at]");
  const player = document.getElementById("player");
  if (!button || !player) return;
  player.currentTime = Number(button.dataset.at) / 1000;
  player.play().catch(() => player.focus());
});
