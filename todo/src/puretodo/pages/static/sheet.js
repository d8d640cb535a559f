// A page shown in a dialog above this one: the details of a to-do, the help.

import { remove } from "changes";
import { rowWith } from "list";
import { toast } from "notices";
import { mayChange } from "offline";
import { refresh } from "visit";
import { t } from "words";

const dialog = document.getElementById("sheet");
const content = dialog?.querySelector("div");

export async function openSheet(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return toast(t("refused"));
  show(await answer.text());
  if (!dialog.open) dialog.showModal();
  dialog.focus();
  const { hash } = new URL(address, location.href);
  if (hash) content.querySelector(hash)?.scrollIntoView();
}

function show(text) {
  const next = new DOMParser().parseFromString(text, "text/html");
  content.replaceChildren(...next.getElementById("main").childNodes);
  dialog.setAttribute("aria-label", content.querySelector("h1").textContent);
  dialog.scrollTop = 0;
}

dialog?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!mayChange()) return;
  const form = event.target;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", headers: { Accept: "text/html" } });
  if (answer.type !== "opaqueredirect") return show(await answer.text());
  dialog.close();
  refresh();
});

dialog?.addEventListener("click", (event) => {
  const { target } = event;
  const doomed = target.closest("[data-delete]");
  if (target === dialog || target.closest(".shut")) return dialog.close();
  if (!doomed) return;
  event.preventDefault();
  dialog.close();
  const row = rowWith(doomed.dataset.delete);
  if (row) remove(row);
});

dialog?.addEventListener("close", () => content.replaceChildren());
