/* Suggestions for every box of a place, as an ARIA combobox with a listbox. The boxes work
   without them. They come from this site alone. */
(() => {
  "use strict";

  const WAIT = 120; // milliseconds after the last letter

  const told = () => document.getElementById("suggest-words").dataset;

  function listFor(box) {
    const list = document.createElement("ul");
    Object.assign(list, {
      id: `${box.id}-suggestions`,
      className: "suggestions",
      hidden: true,
    });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", told().label);
    return list;
  }

  function statusLine() {
    const status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    return status;
  }

  function optionFor({ place, name, detail }, id) {
    const item = document.createElement("li");
    Object.assign(item, { id, className: "suggestions__place" });
    item.dataset.place = place;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const soft = document.createElement("span");
    soft.className = "soft";
    soft.textContent = detail;
    item.append(name, " ", soft);
    return item;
  }

  function furnish(box) {
    const list = listFor(box);
    const status = statusLine();
    let active = -1;
    let waiting;
    let asking = new AbortController();
    let isChoosing = false;

    const isOpen = () => !list.hidden;

    function setOpen(isNowOpen) {
      list.hidden = !isNowOpen;
      active = -1;
      box.setAttribute("aria-expanded", String(isNowOpen));
      box.removeAttribute("aria-activedescendant");
    }

    function close() {
      clearTimeout(waiting);
      asking.abort();
      setOpen(false);
    }

    function draw(places) {
      list.replaceChildren(
        ...places.map((each, at) => optionFor(each, `${list.id}-${at}`)),
      );
      setOpen(places.length > 0);
      const { lang } = document.documentElement;
      const kind = new Intl.PluralRules(lang).select(places.length);
      const text = kind === "one" ? told().one : told().other;
      status.textContent = places.length ? text.replace("%n", places.length) : "";
    }

    function mark(number) {
      const all = [...list.children];
      active = (number + all.length) % all.length;
      all.forEach((each, at) => {
        each.setAttribute("aria-selected", String(at === active));
      });
      box.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }

    function choose(item) {
      isChoosing = true;
      box.value = item.dataset.place;
      // Others follow what is typed here: the count on the button does.
      box.dispatchEvent(new Event("input", { bubbles: true }));
      isChoosing = false;
      close();
      status.textContent = "";
    }

    async function suggest() {
      const text = box.value.trim();
      asking.abort();
      asking = new AbortController();
      if (!text) {
        draw([]);
        return;
      }
      try {
        const url = `${told().url}?${new URLSearchParams({ q: text })}`;
        const answer = await fetch(url, { signal: asking.signal });
        const { places } = answer.ok ? await answer.json() : { places: [] };
        // Too late for a box that was left or changed.
        const isWanted = box === document.activeElement && box.value.trim() === text;
        if (isWanted) draw(places);
      } catch (error) {
        if (error.name !== "AbortError") close();
      }
    }

    /* Keys that do something here; each says whether the box itself is to ignore it. */
    const keys = {
      ArrowDown() {
        if (isOpen()) mark(active + 1);
        else suggest();
        return true;
      },
      ArrowUp() {
        if (isOpen()) mark(active < 0 ? -1 : active - 1);
        else suggest();
        return true;
      },
      Escape() {
        const wasOpen = isOpen();
        close();
        return wasOpen;
      },
      Enter() {
        const isChosen = isOpen() && active >= 0;
        if (isChosen) choose(list.children[active]);
        else close();
        return isChosen;
      },
      Tab() {
        close();
        return false;
      },
    };

    box.addEventListener("input", () => {
      if (isChoosing) return;
      clearTimeout(waiting);
      waiting = setTimeout(suggest, WAIT);
    });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || !Object.hasOwn(keys, event.key)) return;
      if (keys[event.key]()) event.preventDefault();
    });
    box.addEventListener("blur", close);
    box.form.addEventListener("submit", close);
    // Before the box loses its focus, which would close the list.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) choose(item);
    });

    const attributes = {
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "words",
      "aria-autocomplete": "list",
      "aria-controls": list.id,
      "aria-expanded": "false",
    };
    for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
    box.parentElement.append(list, status);
  }

  function furnishAll() {
    if (!document.getElementById("suggest-words")) return;
    document
      .querySelectorAll("input[data-suggest]:not([role=combobox])")
      .forEach(furnish);
  }

  document.addEventListener("search:replaced", furnishAll);
  furnishAll();
})();
