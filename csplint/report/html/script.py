"""The report's one script: copy buttons, the filter, and unfolding what a link or a printout needs."""

from __future__ import annotations

SCRIPT = """
"use strict";
(() => {
  const live = document.getElementById("live");
  const say = (words) => {
    live.textContent = "";
    setTimeout(() => { live.textContent = words; }, 50);
  };

  const select = (code) => {
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  for (const button of document.querySelectorAll("button.copy")) {
    const code = document.getElementById(button.dataset.copies);
    const label = button.firstChild;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        label.data = "Copied";
        say("Copied");
      } catch {
        select(code);
        label.data = "Selected";
        say("The text is selected: copy it with the keyboard");
      }
      setTimeout(() => { label.data = "Copy"; }, 2000);
    });
  }

  const bar = document.querySelector(".filter");
  const cards = [...document.querySelectorAll(".findings > .finding")];
  const apply = () => {
    const shown = new Set();
    for (const button of bar.querySelectorAll("button[aria-pressed=true]")) { shown.add(button.dataset.filter); }
    for (const card of cards) { card.hidden = !shown.has(card.dataset.severity); }
    say(`${cards.filter((card) => !card.hidden).length} of ${cards.length} findings shown`);
  };
  const press = (button, isOn) => button.setAttribute("aria-pressed", String(isOn));
  if (bar) {
    bar.hidden = false;
    for (const button of bar.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        press(button, button.getAttribute("aria-pressed") !== "true");
        apply();
      });
    }
  }

  const arrive = () => {
    const aim = location.hash && document.getElementById(location.hash.slice(1));
    if (!aim) { return; }
    for (let box = aim.closest("details"); box; box = box.parentElement.closest("details")) { box.open = true; }
    if (aim.hidden && bar) {
      press(bar.querySelector(`[data-filter=${aim.dataset.severity}]`), true);
      apply();
      aim.scrollIntoView();
    }
  };
  addEventListener("hashchange", arrive);
  arrive();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const box of opened) { box.open = true; }
  });
  addEventListener("afterprint", () => {
    for (const box of opened) { box.open = false; }
  });
})();
"""
"""The report's policy allows its hash. It writes text only, never markup."""
