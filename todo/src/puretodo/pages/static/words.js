// Texts and days in the language of the page.

const { lang, dataset } = document.documentElement;
const texts = JSON.parse(document.getElementById("words").textContent);
const plural = new Intl.PluralRules(lang);

export function t(key, values = {}) {
  let text = texts[key];
  if (typeof text === "object") text = text[plural.select(values.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// A day is ISO text; at noon no change of summer time can move it.
const noon = (day) => new Date(`${day}T12:00`);
const name = (day, part) => noon(day).toLocaleDateString(lang, { [part]: "short" }).replace(".", "");

export const isoDay = (date) => date.toLocaleDateString("sv");
export const nearness = (day) => (day < dataset.today ? "late" : day === dataset.today ? "now" : "ahead");

export function saidDay(day) {
  const distance = Math.round((noon(day) - noon(dataset.today)) / 86400000);
  if (Math.abs(distance) < 2) return t(["yesterday", "today", "tomorrow"][distance + 1]);
  const [year, , number] = day.split("-");
  const key = dataset.today.startsWith(`${year}-`) ? "day" : "day_of_year";
  return t(key, { weekday: name(day, "weekday"), day: +number, month: name(day, "month"), year: +year });
}
