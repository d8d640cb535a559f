// The to-dos on the page: which there are, which is the current one, and how many are left.

import { t } from "words";

export const view = () => document.querySelector("[data-live=todos]");
export const listId = () => +(view()?.dataset.list ?? 0);
export const field = () => document.querySelector(".new-todo");
export const rows = () => [...document.querySelectorAll("main .todo")];
export const rowOf = (element) => element?.closest?.("main .todo");
export const rowWith = (id) => document.getElementById(`todo-${id}`);
export const isDone = (row) => row.classList.contains("completed");
export const titleOf = (row) => row.querySelector(".label").textContent;

// Of all rows only the current one is reached by Tab; keys go from row to row.
let current;

export const currentRow = () => (current?.isConnected ? current : null);

export function makeCurrent(row) {
  if (current && current !== row) reach(current, false);
  current = row;
  if (row) reach(row, true);
}

export function focusRow(row) {
  if (!row) return field()?.focus();
  makeCurrent(row);
  row.querySelector(".label").focus();
  row.scrollIntoView({ block: "nearest" });
}

export const besideRow = (row, step) => {
  const all = rows();
  return all[all.indexOf(row) + step];
};

export const nearestRow = (row) => besideRow(row, 1) ?? besideRow(row, -1);

export function rove() {
  for (const row of rows()) reach(row, false);
  makeCurrent(currentRow() ?? rows()[0]);
}

function reach(row, isCurrent) {
  for (const control of row.querySelectorAll("a, button")) control.tabIndex = isCurrent ? 0 : -1;
}

// Counts belong to a list; other views are made anew by the server.
export function count(open, done) {
  const { dataset } = view();
  if (!dataset.list) return;
  dataset.open = +dataset.open + open;
  dataset.done = +dataset.done + done;
  showCounts();
}

function showCounts() {
  const here = view();
  const [open, done] = [+here.dataset.open, +here.dataset.done];
  const all = here.querySelector(".toggle-all");
  for (const section of here.querySelectorAll(".main, .footer")) section.hidden = !(open + done);
  here.querySelector("[data-blank]").hidden = open + done > 0;
  here.querySelector("[data-empty]").hidden = rows().length > 0 || here.dataset.show === "all";
  here.querySelector(".todo-count strong").textContent = open;
  here.querySelector(".todo-count span").textContent = t("left", { n: open });
  if (!all) return;
  all.setAttribute("aria-checked", open ? (done ? "mixed" : "false") : "true");
  all.value = open ? 1 : 0;
  here.querySelector(".clear-completed").hidden = !done;
  showBeside(here.dataset.list, open);
}

function showBeside(list, open) {
  const entry = document.querySelector(`.side [data-list="${list}"]`);
  if (!entry) return;
  const badge = entry.querySelector(".count") ?? entry.appendChild(document.createElement("span"));
  badge.className = "count";
  badge.textContent = open || "";
}

export const isShown = (done) => view().dataset.show !== (done ? "active" : "completed");
