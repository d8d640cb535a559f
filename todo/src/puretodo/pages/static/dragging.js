// Order by hand: a row is held by its grip, by mouse, pen or finger, and dropped elsewhere.

import { moveToList, settle } from "changes";
import { besideRow, makeCurrent, rowOf } from "list";
import { mayChange } from "offline";

const EDGE = 70;
const STEP = 14;
let held;

addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.(".handle");
  if (!grip || event.button || !mayChange()) return;
  event.preventDefault();
  const row = rowOf(grip);
  held = { row, grip, next: row.nextElementSibling, entry: null };
  grip.setPointerCapture(event.pointerId);
  row.classList.add("dragging");
  makeCurrent(row);
});

addEventListener("pointermove", (event) => {
  if (!held) return;
  scrollAtEdge(event.clientY);
  const under = document.elementFromPoint(event.clientX, event.clientY);
  aim(under?.closest(".side [data-list]"));
  const { row } = held;
  for (const [step, place] of [[-1, "before"], [1, "after"]]) {
    const other = besideRow(row, step);
    const box = other?.getBoundingClientRect();
    const isPast = box && (step < 0 ? event.clientY < box.top + box.height / 2 : event.clientY > box.top + box.height / 2);
    if (isPast) return other[place](row);
  }
});

addEventListener("pointerup", () => drop());
addEventListener("pointercancel", () => drop(true));
addEventListener("keydown", (event) => held && event.key === "Escape" && drop(true));

function drop(isCancelled = false) {
  if (!held) return;
  const { row, next, entry } = held;
  const hasMoved = row.nextElementSibling !== next;
  aim(null);
  held = null;
  row.classList.remove("dragging");
  if (isCancelled) next ? next.before(row) : row.parentElement.append(row);
  else if (entry) moveToList(row, +entry.dataset.list, entry.querySelector("span").textContent);
  else if (hasMoved) settle(row);
}

function aim(entry) {
  if (entry?.hasAttribute("aria-current")) entry = null;
  held.entry?.classList.remove("over");
  entry?.classList.add("over");
  held.entry = entry;
}

function scrollAtEdge(y) {
  if (y < EDGE) scrollBy(0, -STEP);
  else if (y > innerHeight - EDGE) scrollBy(0, STEP);
}
