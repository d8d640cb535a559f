// A title, edited where it stands. What somebody else wrote meanwhile is shown, never overwritten.

import { call } from "api";
import { change, refuse, remove } from "changes";
import { focusRow, titleOf } from "list";
import { mayChange } from "offline";
import { fillRow } from "row";
import { refresh } from "visit";
import { t } from "words";

export function edit(row, text = titleOf(row)) {
  if (row.classList.contains("editing") || !mayChange()) return;
  const field = Object.assign(document.createElement("input"), {
    className: "edit",
    value: text,
    maxLength: 500,
    ariaLabel: `${t("edit")}: ${titleOf(row)}`,
    enterKeyHint: "done",
  });
  row.classList.add("editing");
  row.append(field);
  field.focus();
  field.setSelectionRange(text.length, text.length);
  field.addEventListener("blur", () => end(row, field, false));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") end(row, field, true);
    if (event.key === "Escape") end(row, field, true, titleOf(row));
  });
}

// Taking the field away blurs it, which ends it again: the first end counts.
function end(row, field, keepFocus, text = field.value.trim()) {
  if (!row.classList.contains("editing")) return;
  row.classList.remove("editing");
  field.remove();
  if (keepFocus) focusRow(row);
  if (!text) return remove(row);
  if (text !== titleOf(row)) save(row, text);
}

function save(row, text, version = row.dataset.version) {
  const before = { title: titleOf(row) };
  row.querySelector(".label").textContent = text;
  return change(row, { title: text }, {
    before,
    headers: version && { "If-Match": `"${version}"` },
    refused: (error) => (error.status === 412 ? askWhich(row, text) : refuse(error)),
  });
}


async function askWhich(row, mine) {
  const todo = await call("GET", `/todos/${row.dataset.id}`).catch(() => null);
  if (!todo) return refresh();
  fillRow(row, todo);
  if (todo.title === mine) return;
  const question = document.getElementById("conflict").content.firstElementChild.cloneNode(true);
  question.querySelector("strong").textContent = todo.title;
  row.classList.add("editing");
  row.append(question);
  const close = () => {
    row.classList.remove("editing");
    question.remove();
    focusRow(row);
  };
  question.querySelector(".mine").addEventListener("click", () => {
    close();
    save(row, mine, todo.version);
  });
  question.querySelector(".theirs").addEventListener("click", close);
  question.querySelector(".mine").focus();
}
