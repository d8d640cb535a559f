// Results while one types: the search page, made anew with each word.

import { root } from "api";
import { visit } from "visit";

const WAIT = 160;
const form = document.querySelector(".search");
const input = form?.elements.q;
const isHere = () => location.pathname === `${root}/search`;
let timer;

function search() {
  clearTimeout(timer);
  const query = new URLSearchParams({ q: input.value.trim() });
  visit(`${root}/search?${query}`, { push: isHere() ? "replace" : true, focus: false });
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, WAIT);
});

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});

document.addEventListener("swapped", () => {
  if (!isHere() && input !== document.activeElement) input.value = "";
});
