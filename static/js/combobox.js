/* Suggestions for the box of the place, as an ARIA combobox with a listbox. The box works
   without them. They come from this site alone. */
(() => {
  "use strict";

  const WAIT = 120; // milliseconds after the last letter
  const LIST = "place-suggestions";

  let box;
  let list;
  let status;
  let active = -1;
  let waiting;
  let asking;

  const options = () => [...list.children];
  const isOpen = () => !list.hidden;

  function furnish() {
    box = document.querySelector("input[data-suggest-url]");
    if (!box || box.getAttribute("role") === "combobox") return;
    list = document.createElement("ul");
    Object.assign(list, { id: LIST, className: "suggestions", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.dataset.suggestLabel);
    status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    const told = {
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "words",
      "aria-autocomplete": "list",
      "aria-controls": LIST,
      "aria-expanded": "false",
    };
    for (const [name, value] of Object.entries(told)) box.setAttribute(name, value);
    box.parentElement.append(list, status);
    active = -1;
  }

  function close() {
    clearTimeout(waiting);
    if (asking) asking.abort();
    if (!list) return;
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function draw(places) {
    list.replaceChildren(...places.map(option));
    if (!places.length) {
      close();
      status.textContent = "";
      return;
    }
    list.hidden = false;
    active = -1;
    box.setAttribute("aria-expanded", "true");
    box.removeAttribute("aria-activedescendant");
    const { lang } = document.documentElement;
    const kind = new Intl.PluralRules(lang).select(places.length);
    const text = kind === "one" ? box.dataset.suggestOne : box.dataset.suggestOther;
    status.textContent = text.replace("%n", places.length);
  }

  function option({ place, name, detail }, number) {
    const item = document.createElement("li");
    item.id = `${LIST}-${number}`;
    item.className = "suggestions__place";
    item.dataset.place = place;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const strong = document.createElement("span");
    strong.textContent = name;
    const soft = document.createElement("span");
    soft.className = "soft";
    soft.textContent = detail;
    item.append(strong, " ", soft);
    return item;
  }

  function mark(number) {
    const all = options();
    active = (number + all.length) % all.length;
    all.forEach((each, at) => each.setAttribute("aria-selected", String(at === active)));
    box.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  }

  function choose(item) {
    box.value = item.dataset.place;
    close();
    status.textContent = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  async function suggest() {
    const text = box.value.trim();
    if (asking) asking.abort();
    if (!text) {
      draw([]);
      return;
    }
    asking = new AbortController();
    const from = box;
    try {
      const url = `${box.dataset.suggestUrl}?${new URLSearchParams({ q: text })}`;
      const answer = await fetch(url, { signal: asking.signal });
      const places = answer.ok ? (await answer.json()).places : [];
      // Too late for a box that was left, changed or replaced.
      const isWanted = from === document.activeElement && from.value.trim() === text;
      if (isWanted) draw(places);
    } catch {
      close();
    }
  }

  let isChoosing = false;

  document.addEventListener("input", (event) => {
    if (event.target !== box || isChoosing) return;
    clearTimeout(waiting);
    waiting = setTimeout(suggest, WAIT);
  });

  const keys = {
    ArrowDown: () => (isOpen() ? mark(active + 1) : suggest()),
    ArrowUp: () => (isOpen() ? mark(active < 0 ? -1 : active - 1) : suggest()),
    Escape: () => isOpen() && (close(), true),
    Enter: () => isOpen() && active >= 0 && (take(options()[active]), true),
    Tab: () => (close(), false),
  };

  function take(item) {
    isChoosing = true;
    choose(item);
    isChoosing = false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.target !== box || !list || event.isComposing || !keys[event.key]) return;
    const isUsed = keys[event.key]();
    if (isUsed || event.key.startsWith("Arrow")) event.preventDefault();
  });

  // Before the box loses its focus, and so before the list closes.
  document.addEventListener("pointerdown", (event) => {
    const item = event.target.closest(`#${LIST} [role=option]`);
    if (item) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const item = event.target.closest(`#${LIST} [role=option]`);
    if (item) take(item);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === box) close();
  });
  document.addEventListener("submit", close);
  document.addEventListener("search:replaced", furnish);
  furnish();
})();
