// One to-do as markup: the server's own, cloned from the page's template and filled in.

import { root } from "api";
import { listId } from "list";
import { nearness, saidDay } from "words";

export function rowFor(todo) {
  const row = document.getElementById("blank").content.firstElementChild.cloneNode(true);
  row.className = `todo${todo.done ? " completed" : ""}${todo.priority ? ` p${todo.priority}` : ""}`;
  row.id = `todo-${todo.id}`;
  Object.assign(row.dataset, { id: todo.id, version: todo.version });
  row.querySelector(".label").textContent = todo.title;
  number(row, todo.id);
  mark(row, todo.done);
  fillMarks(row.querySelector(".marks"), todo);
  row.querySelector(listId() ? ".from" : ".handle")?.remove();
  return row;
}

// The element stays, for whoever holds it; so does the focus within.
export function fillRow(row, todo) {
  const focused = row.contains(document.activeElement) && document.activeElement.classList[0];
  const next = rowFor(todo);
  const from = row.querySelector(".from");
  if (from) next.querySelector(".from").replaceWith(from);
  const tabs = row.querySelector("a, button")?.tabIndex ?? -1;
  next.classList.toggle("fresh", row.classList.contains("fresh"));
  for (const { name, value } of next.attributes) row.setAttribute(name, value);
  row.replaceChildren(...next.childNodes);
  for (const control of row.querySelectorAll("a, button")) control.tabIndex = tabs;
  if (focused) (row.querySelector(`.${focused}`) ?? row.querySelector(".label")).focus();
}

export function mark(row, done) {
  const toggle = row.querySelector(".toggle");
  row.classList.toggle("completed", done);
  toggle.setAttribute("aria-checked", done);
  toggle.value = done ? 0 : 1;
}

function number(row, id) {
  for (const each of row.querySelectorAll("[aria-labelledby], [formaction], [href], [id]"))
    for (const name of ["aria-labelledby", "formaction", "href", "id"])
      if (each.hasAttribute(name))
        each.setAttribute(name, each.getAttribute(name).replace(/(label-|\/todos\/)0\b/, `$1${id}`));
}

function fillMarks(marks, { due, priority, tags = [], repeat, notes }) {
  const [priorityMark, dueMark, tagMark] = [".priority", ".due", ".tag"].map((each) => marks.querySelector(each));
  priorityMark.lastChild.data = ` !${priority}`;
  if (!priority) priorityMark.remove();
  if (due) {
    dueMark.className = `due ${nearness(due)}`;
    dueMark.dateTime = due;
    dueMark.lastChild.data = saidDay(due);
  } else dueMark.remove();
  if (!repeat) marks.querySelector(".repeat").remove();
  if (!notes) marks.querySelector(".noted").remove();
  for (const tag of tags) {
    const each = tagMark.cloneNode();
    each.href = `${root}/tags/${encodeURIComponent(tag)}`;
    each.textContent = `#${tag}`;
    tagMark.before(each);
  }
  tagMark.remove();
}
