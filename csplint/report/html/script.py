"""The report's one script: buttons that copy and unfold, and unfolding what a link or a printout needs."""

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
        unfold(code);
        select(code);
        label.data = "Selected";
        say("The text is selected: copy it with the keyboard");
      }
      setTimeout(() => { label.data = "Copy"; }, 2000);
    });
  }

  const unfold = (element) => {
    for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) { box.open = true; }
  };

  for (const button of document.querySelectorAll("button.unfold")) {
    const list = button.closest(".findings");
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = [...list.querySelectorAll(".finding, .advice")];
      const open = !boxes.every((box) => box.open);
      for (const box of boxes) { box.open = open; }
      button.textContent = open ? "Fold all" : "Unfold all";
    });
  }

  const arrive = () => {
    const aim = location.hash && document.getElementById(location.hash.slice(1));
    if (!aim) { return; }
    unfold(aim);
    aim.scrollIntoView();
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
