/* Opening hours on a clinic's form: read out while they are typed, and written by a
   table of the week. The site reads and writes the syntax; here it is only asked. */

const WAIT = 300; // milliseconds after the last key
const part = document.querySelector("[data-hours]");
const form = part?.closest("form");
const written = form?.elements.opening_hours;

const table = part?.querySelector("[data-week]");
const cells = [...(table?.querySelectorAll("input[type=time]") ?? [])];

let waiting;
let asking;

/** Ask for the hours as they stand in the field, or with `byTable` in the table. */
function ask(byTable) {
  clearTimeout(waiting);
  waiting = setTimeout(() => send(byTable), WAIT);
}

async function send(byTable) {
  asking?.abort();
  asking = new AbortController();
  const sent = new FormData();
  const names = ["csrfmiddlewaretoken", "opening_hours", "time_zone", "region", "postal_code"];
  for (const name of names) sent.set(name, form.elements[name]?.value ?? "");
  if (byTable) {
    sent.set("by_table", "1");
    for (const cell of cells) sent.set(cell.name, cell.value);
    if (holidays().checked) sent.set("week-holidays", "on");
  }
  try {
    const { signal } = asking;
    const response = await fetch(part.dataset.hours, { method: "POST", body: sent, signal });
    if (!response.ok) throw new Error(`${response.status}`);
    show(await response.json(), byTable);
  } catch (error) {
    if (error.name !== "AbortError") say(part.dataset.failed);
  }
}

const holidays = () => table.querySelector("[name=week-holidays]");

function say(words) {
  const said = document.createElement("p");
  said.textContent = words;
  part.querySelector("[data-reading]").replaceChildren(said);
}

function show(answer, byTable) {
  part.querySelector("[data-reading]").innerHTML = answer.reading;
  if (byTable) {
    if (!answer.is_problem) written.value = answer.opening_hours;
    return;
  }
  if (answer.is_problem) return;
  part.querySelector("[data-too-much]").hidden = answer.fits;
  table.disabled = !answer.fits;
  fill(answer.week ?? []);
  holidays().checked = answer.holidays;
}

function fill(week) {
  for (const cell of cells) {
    const [, day, number, end] = cell.name.split("-");
    cell.value = week[day]?.[number]?.[end === "opens" ? 0 : 1] ?? "";
  }
}

/** Give a day the times of the day above. */
function copyAbove(row) {
  const above = row.previousElementSibling.querySelectorAll("input");
  row.querySelectorAll("input").forEach((cell, i) => { cell.value = above[i].value; });
  ask(true);
}

if (written && table) {
  written.addEventListener("input", () => ask(false));
  for (const name of ["time_zone", "region", "postal_code"]) {
    form.elements[name]?.addEventListener("change", () => ask(false));
  }
  table.addEventListener("input", () => ask(true));
  for (const button of table.querySelectorAll("[data-as-above]")) {
    button.hidden = false;
    button.addEventListener("click", () => copyAbove(button.closest("tr")));
  }
  table.querySelector("[data-no-script]").hidden = true;
}
