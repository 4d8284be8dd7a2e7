/* Names for fields that the admin draws without: in rows of a table, and in boxes with
   suggestions, which are drawn over the field that has the label. */

"use strict";

(() => {
  const QUIET = ":not([type=hidden]):not([aria-label])";

  /** The words of the column that a cell stands in. */
  function column(cell) {
    const { cellIndex } = cell;
    const heading = cell.closest("table")?.tHead?.rows[0]?.cells;
    // The first cell is the name of the row, which has a heading with the second.
    const own = [...(heading ?? [])];
    const span = own[0]?.colSpan ?? 1;
    return own[span > 1 ? cellIndex - span + 1 : cellIndex]?.textContent.trim() ?? "";
  }

  function label(root) {
    for (const cell of root.querySelectorAll(".tabular td")) {
      for (const field of cell.querySelectorAll(`input${QUIET}, select, textarea${QUIET}`)) {
        const words = field.labels?.length ? "" : column(cell);
        if (words && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", words);
      }
    }
    // A sign that stands in a list without being one of its items.
    for (const sign of root.querySelectorAll("ul > .select2-selection__clear")) {
      sign.setAttribute("role", "listitem");
    }
    for (const box of root.querySelectorAll(".select2-container")) {
      const field = box.previousElementSibling;
      const words = field?.labels?.[0]?.textContent.trim().replace(/:$/, "")
        || field?.getAttribute("aria-label");
      if (!words) continue;
      for (const part of box.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field")) {
        part.removeAttribute("aria-labelledby");
        part.setAttribute("aria-label", words);
      }
    }
  }

  let waiting;
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => label(document), 50);
  }

  // Rows are added, and boxes are drawn again with each choice.
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  soon();
})();
