// A key for everything. None of them is taken from somebody who types.

import { root } from "api";
import { change, move, remove, toggle } from "changes";
import { edit } from "editing";
import { besideRow, currentRow, field, focusRow, makeCurrent, rowOf, rows } from "list";
import { undoLast } from "notices";
import { mayChange } from "offline";
import { openSheet } from "sheet";
import { visit } from "visit";

const PLACES = { t: "/today", u: "/upcoming", i: "/" };
const isTyping = (element) => element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");
const hasFocus = () => rowOf(document.activeElement);

const walk = (step) => {
  const row = hasFocus();
  focusRow(row ? (besideRow(row, step) ?? row) : (currentRow() ?? rows()[0]));
};
const withRow = (act) => () => currentRow() && act(currentRow());
const prioritise = (priority) => withRow((row) => mayChange() && change(row, { priority }));

const KEYS = {
  n: () => field()?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
  x: withRow(toggle),
  e: withRow((row) => edit(row)),
  d: withRow(remove),
  o: withRow((row) => openSheet(row.querySelector(".label").href)),
  z: undoLast,
  "/": () => document.querySelector(".search input").select(),
  "?": () => openSheet(`${root}/help`),
  0: prioritise(null),
  1: prioritise(1),
  2: prioritise(2),
  3: prioritise(3),
};
const ROW_KEYS = { Enter: KEYS.e, ArrowDown: KEYS.j, ArrowUp: KEYS.k };
const ALT_KEYS = { ArrowDown: withRow((row) => move(row, 1)), ArrowUp: withRow((row) => move(row, -1)) };

let goes = 0;

addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) return event.key === "Escape" && leaveField(event.target);
  if (document.documentElement.hasAttribute("data-reading") && /^[xed0-3]$/.test(event.key)) return;
  const act = actOf(event);
  if (!act) return;
  event.preventDefault();
  act();
});

function actOf({ key, altKey, target, timeStamp }) {
  if (altKey) return hasFocus() && ALT_KEYS[key];
  const isGoing = timeStamp - goes < 1500;
  goes = key === "g" ? timeStamp : 0;
  if (isGoing && PLACES[key]) return () => visit(`${root}${PLACES[key]}`);
  if (target.matches?.(".label")) return ROW_KEYS[key] ?? KEYS[key];
  return KEYS[key] ?? (hasFocus() && key !== "Enter" && ROW_KEYS[key]);
}

function leaveField(element) {
  if (!element.matches(".new-todo, .search input")) return;
  rows().length ? focusRow(currentRow() ?? rows()[0]) : element.blur();
}

addEventListener("focusin", (event) => {
  const row = rowOf(event.target);
  if (row) makeCurrent(row);
});
