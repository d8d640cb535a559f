const { events, items } = document.currentScript.dataset;

async function refresh() {
  const answer = await fetch(items);
  if (answer.ok) document.querySelector("#items").innerHTML = await answer.text();
}

const source = new EventSource(events);
source.onopen = refresh; // what changed between the page and now
source.onmessage = refresh;
