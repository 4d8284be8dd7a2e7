/* Moving through results without leaving the page: htmx replaces #search-page, this
   keeps the address, the focus, what is open and what is announced. Everything here also
   works without it, as links and a submit button.

   The history is kept here and not by htmx, which writes addresses into the browser's
   storage: a patient's question stays in the address alone. */
(() => {
  "use strict";

  const PART = "#search-page";
  // Outside of it: the helplines of the search's country, and it in other languages.
  const BESIDE = "#aid,#languages";
  const COUNT_WAIT = 300; // milliseconds after the last change of an answer
  const SCROLL_WAIT = 150;

  // htmx keeps the address as it starts, history or not: forget it.
  try {
    sessionStorage.removeItem("htmx-current-path-for-history");
  } catch {
    // A browser without storage keeps nothing.
  }

  const byId = (id) => document.getElementById(id);
  const form = () => byId("search");
  const told = () => byId("search-words").dataset;

  // --- Addresses ----------------------------------------------------------------------

  const asked = () => new URLSearchParams([...new FormData(form())]);

  function addressOf(pairs) {
    const query = pairs.toString();
    return form().action + (query && `?${query}`);
  }

  const withoutHash = (url) => url.split("#", 1)[0];

  const isSearch = (url) =>
    url.origin === location.origin &&
    url.pathname === new URL(form().action).pathname &&
    !url.hash;

  // --- Replacing the results in place ---------------------------------------------------

  // Where a page that the browser goes back to was scrolled to; null while it goes on.
  let backTo = null;

  // The address of what is shown, or is on its way.
  let wanted = location.href;

  function load(url) {
    wanted = url;
    // Only the newest question counts.
    htmx.trigger(document.body, "htmx:abort");
    const how = {
      source: document.body,
      target: PART,
      select: PART,
      selectOOB: BESIDE,
      swap: "outerHTML show:none",
    };
    // What fails is told by the events below.
    htmx.ajax("GET", url, how).catch(() => {});
  }

  function move(url) {
    keepScroll();
    backTo = null;
    load(url);
  }

  /* What is to be as it was once the new part stands. */
  let kept = {};

  function remember() {
    const opened = document.querySelectorAll(`${PART} details[open][id]`);
    kept = {
      focus: document.activeElement ? document.activeElement.id : "",
      opened: [...opened].map((each) => each.id),
    };
  }

  function restore() {
    for (const id of kept.opened) {
      const details = byId(id);
      if (details) details.open = true;
    }
    const focused = byId(kept.focus) || byId("results");
    if (focused) focused.focus({ preventScroll: true });
    if (backTo === null) bringIntoView();
    else window.scrollTo(0, backTo);
  }

  /* Lead the eye to the new list, unless its head is in view already. */
  function bringIntoView() {
    const results = byId("results");
    const { top } = results.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight * 0.8) {
      results.scrollIntoView({ block: "start", behavior: "auto" });
    }
  }

  function busy(is) {
    const part = document.querySelector(PART);
    if (is) part.setAttribute("aria-busy", "true");
    else part.removeAttribute("aria-busy");
  }

  document.addEventListener("htmx:beforeRequest", () => busy(true));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    if (!xhr.responseText.includes('id="search-page"')) {
      // Not a page of results: whatever it is, the browser shows it as it is.
      event.detail.shouldSwap = false;
      location.assign(pathInfo.finalRequestPath);
      return;
    }
    event.detail.shouldSwap = true;
    remember();
    if (backTo === null) history.pushState({}, "", pathInfo.finalRequestPath);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.target.matches(PART)) return;
    restore();
    backTo = null;
    const count = byId("results-count");
    announce(count ? count.textContent : document.title);
    document.dispatchEvent(new CustomEvent("search:replaced"));
  });
  for (const failed of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failed, () => {
      busy(false);
      backTo = null;
      announce(told().offline);
      byId("search-offline").hidden = false;
    });
  }

  document.addEventListener("submit", (event) => {
    if (event.target !== form() || event.defaultPrevented) return;
    event.preventDefault();
    move(addressOf(asked()));
  });

  document.addEventListener("click", (event) => {
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link = event.target.closest(`${PART} a[href]`);
    if (!link || !isPlain || event.button || event.defaultPrevented) return;
    if (link.target || !isSearch(new URL(link.href))) return;
    event.preventDefault();
    move(link.href);
  });

  // --- Back and forward -----------------------------------------------------------------

  function keepScroll() {
    history.replaceState({ ...history.state, scroll: window.scrollY }, "");
  }

  let scrolled;
  window.addEventListener("scroll", () => {
    if (backTo !== null) return;
    clearTimeout(scrolled);
    scrolled = setTimeout(keepScroll, SCROLL_WAIT);
  }, { passive: true });

  window.addEventListener("popstate", () => {
    clearTimeout(scrolled);
    const isAnchorAlone = withoutHash(location.href) === withoutHash(wanted);
    if (isAnchorAlone) return;
    backTo = (history.state || {}).scroll || 0;
    load(location.href);
  });

  // --- Saying it ------------------------------------------------------------------------

  /* A status region outside of what is replaced: readers hear only a text that changes. */
  function announce(text) {
    const status = byId("search-status");
    status.textContent = "";
    setTimeout(() => { status.textContent = text.replace(/\s+/g, " ").trim(); }, 50);
  }

  // --- The count on the button ----------------------------------------------------------

  let waiting;
  let counting;

  async function count() {
    if (counting) counting.abort();
    counting = new AbortController();
    const pairs = asked();
    pairs.set("limit", "1");
    pairs.delete("page");
    try {
      const url = `${told().countUrl}?${pairs}`;
      const answer = await fetch(url, { signal: counting.signal });
      const found = answer.ok ? await answer.json() : {};
      label(["found", "none"].includes(found.outcome) ? found.numberMatched : null);
    } catch (error) {
      if (error.name !== "AbortError") label(null);
    }
  }

  /* Say on the button how many clinics it would show; null for not known. */
  function label(number) {
    const { lang } = document.documentElement;
    const kind = number === null ? null : new Intl.PluralRules(lang).select(number);
    const text = kind === null ? "" : told()[kind] || told().other;
    const shownNumber = number === null ? "" : number.toLocaleString(lang);
    for (const button of document.querySelectorAll("[data-count-label]")) {
      button.dataset.plain = button.dataset.plain || button.textContent;
      button.textContent = text
        ? text.replace("%n", shownNumber)
        : button.dataset.plain;
    }
  }

  document.addEventListener("input", (event) => {
    if (event.target.form !== form() || !event.target.name) return;
    clearTimeout(waiting);
    waiting = setTimeout(count, COUNT_WAIT);
  });
})();
