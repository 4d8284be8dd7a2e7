/* A box above each long list of the form that narrows it to what one looks for. Without
   this the list is there whole. */
(() => {
  "use strict";

  const LONG = ".question--long";

  /* The words of a text with a space before each, without accents. */
  const plain = (text) =>
    text
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase()
      .split(/[^\p{L}\p{M}\p{N}]+/u)
      .map((word) => ` ${word}`)
      .join("");

  /* What an option says, but for its count. */
  function saying(option) {
    const label = option.querySelector("label span").firstChild;
    const helps = option.querySelectorAll("p");
    return [label, ...helps].map((each) => each.textContent).join(" ");
  }

  function narrow(list, text) {
    // Each word is the beginning of one that the option says.
    const words = plain(text).match(/ \S+/g) || [];
    const options = [...list.querySelectorAll(".choices > li")];
    let shown = 0;
    for (const option of options) {
      const told = plain(saying(option));
      // What is chosen stays in sight: it can be taken back.
      const isChosen = option.querySelector("input").checked;
      option.hidden = !isChosen && !words.every((word) => told.includes(word));
      shown += option.hidden ? 0 : 1;
    }
    for (const title of list.querySelectorAll(".choices__title")) {
      const { nextElementSibling: group } = title;
      title.hidden = !group.querySelector("li:not([hidden])");
    }
    return { shown, all: options.length };
  }

  function equip(list) {
    if (list.querySelector(".find")) return;
    const { find, found } = list.closest("form").dataset;
    const box = document.createElement("div");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const status = document.createElement("p");
    box.className = "find";
    label.className = "find__label";
    label.textContent = find;
    label.htmlFor = input.id = `${list.id}_find`;
    input.type = "search";
    input.className = "input";
    input.autocomplete = "off";
    input.spellcheck = false;
    status.className = "find__status";
    status.setAttribute("role", "status");
    const look = () => {
      const { shown, all } = narrow(list, input.value);
      status.textContent = input.value.trim()
        ? found.replace("%(shown)s", shown).replace("%(all)s", all)
        : "";
    };
    input.addEventListener("input", look);
    input.addEventListener("keydown", (event) => {
      // Return looks no further, and sends nothing; Escape shows the list again.
      if (event.key === "Enter") event.preventDefault();
      if (event.key !== "Escape" || !input.value) return;
      event.preventDefault();
      input.value = "";
      look();
    });
    box.append(label, input, status);
    list.querySelector(".choices, .choices__title").before(box);
  }

  // A list is equipped as it is opened, so that lists that come later are too.
  document.addEventListener("toggle", ({ target }) => {
    if (target.open && target.matches(LONG)) equip(target);
  }, true);
  for (const list of document.querySelectorAll(`${LONG}[open]`)) equip(list);
})();
