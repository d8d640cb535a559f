// What is told: to everybody in a toast, to screen readers alone by `say`; and the way back.

import { t } from "words";

const SECONDS = 8;
const MOST = 20;
const shelf = document.querySelector(".toasts");
const past = [];

export function say(text) {
  document.getElementById("said").textContent = text;
}

export function toast(text, undo) {
  const note = document.createElement("div");
  note.className = "toast";
  note.append(Object.assign(document.createElement("p"), { textContent: text }));
  if (undo) note.append(undoButton(note, undo));
  shelf.replaceChildren(note);
  expire(note);
}

// What is remembered is undone by `z`, the last first.
export function remember(undo) {
  past.push(undo);
  if (past.length > MOST) past.shift();
}

export function offerUndo(text, undo) {
  remember(undo);
  toast(text, undo);
}

export function undoLast() {
  const form = shelf.querySelector("form");
  if (form) return form.requestSubmit();
  const undo = past.pop();
  return undo ? goBack(undo) : say(t("nothing_to_undo"));
}

async function goBack(undo) {
  shelf.replaceChildren();
  await undo();
  say(t("undone"));
}

function undoButton(note, undo) {
  const button = Object.assign(document.createElement("button"), { className: "undo", textContent: t("undo") });
  button.addEventListener("click", () => {
    const place = past.indexOf(undo);
    if (place >= 0) past.splice(place, 1);
    goBack(undo);
  });
  return button;
}

// It waits as long as somebody is there: pointed at, or with the focus within.
function expire(note) {
  let timer;
  const begin = () => {
    clearTimeout(timer);
    timer = setTimeout(() => note.matches(":hover, :focus-within") || note.remove(), SECONDS * 1000);
  };
  const hold = () => clearTimeout(timer);
  for (const event of ["pointerenter", "focusin"]) note.addEventListener(event, hold);
  for (const event of ["pointerleave", "focusout"]) note.addEventListener(event, begin);
  begin();
}

for (const note of shelf.children) expire(note);
