// Buttons and links of the list, by mouse, finger, or whatever clicks.

import { clear, remove, toggle, toggleAll } from "changes";
import { edit } from "editing";
import { focusRow, rowOf } from "list";
import { openSheet } from "sheet";

const BUTTONS = {
  ".toggle": (row) => toggle(row),
  ".destroy": (row) => remove(row),
  ".details": (row) => openSheet(row.querySelector(".label").href),
  ".toggle-all": (_, button) => toggleAll(button.value === "1"),
  ".clear-completed": () => clear(),
  "[data-sheet]": (_, link) => openSheet(link.href),
};

// A click on a title chooses it, a double one edits it; where fingers tap, one tap opens the details.
const isWide = matchMedia("(min-width: 40rem)");
const isPointed = (event) => event.pointerType === "mouse" && event.detail > 0 && isWide.matches;

addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = rowOf(event.target);
  if (event.target.closest(".todo .label")) {
    event.preventDefault();
    return isPointed(event) ? focusRow(row) : openSheet(event.target.href);
  }
  for (const [selector, act] of Object.entries(BUTTONS)) {
    const button = event.target.closest(selector);
    if (!button) continue;
    event.preventDefault();
    return act(row, button);
  }
}, { capture: true });

addEventListener("dblclick", (event) => {
  const row = rowOf(event.target);
  if (row && event.target.closest(".text") && !event.target.closest(".marks a") && row.querySelector(".destroy")) edit(row);
});

addEventListener("focusin", (event) => event.target.matches("[data-copy]") && event.target.select());
