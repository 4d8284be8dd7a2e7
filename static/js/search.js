/* Moving through results without leaving the page: what a search answers replaces
   #search-page, and this keeps the address, the focus, what is open and what is said.
   Everything here also works without it, as links and a submit button. */
(() => {
  "use strict";

  const PART = "#search-page";
  // Outside of it: the helplines of the search's country, and it in other languages.
  const BESIDE = ["#aid", "#languages", "#language-line"];
  const COUNT_WAIT = 300; // milliseconds after the last change of an answer
  const SCROLL_WAIT = 150;

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

  // The address of what is shown, or is on its way.
  let wanted = location.href;
  let asking = new AbortController();
  let isGoingBack = false;

  /* Show what `url` answers. `backTo` is where its page was scrolled to, for one that the
     browser goes back to; null for a new one, which enters the history. */
  async function show(url, backTo = null) {
    // Only the newest question counts.
    asking.abort();
    asking = new AbortController();
    wanted = url;
    isGoingBack = backTo !== null;
    setBusy(true);
    const fresh = await answerTo(url, asking.signal);
    if (!fresh) return;
    if (backTo === null) history.pushState({}, "", url);
    wanted = location.href;
    // A number that is still on its way is that of the answers before.
    stopCounting();
    replace(fresh);
    if (backTo === null) bringIntoView();
    else window.scrollTo(0, backTo);
    isGoingBack = false;
    announce(byId("results-count")?.textContent || document.title);
    document.dispatchEvent(new CustomEvent("search:replaced"));
  }

  /* The page of results at `url`; null where there is nothing to show here. */
  async function answerTo(url, signal) {
    try {
      const answer = await fetch(url, { signal });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (fresh.querySelector(PART)) return fresh;
      // Not a page of results: whatever it is, the browser shows it as it is.
      location.assign(url);
    } catch (error) {
      if (error.name !== "AbortError") tellOffline();
    }
    return null;
  }

  function tellOffline() {
    setBusy(false);
    isGoingBack = false;
    wanted = location.href;
    byId("search-offline").hidden = false;
    announce(byId("search-offline").textContent);
  }

  /* Put the parts of the page `fresh` in the place of these. Focus and open lists stay. */
  function replace(fresh) {
    const focused = document.activeElement ? document.activeElement.id : "";
    const opened = document.querySelectorAll(`${PART} details[open][id]`);
    const ids = [...opened].map((each) => each.id);
    for (const part of [PART, ...BESIDE]) {
      const found = fresh.querySelector(part);
      const present = document.querySelector(part);
      if (found && present) present.replaceWith(document.adoptNode(found));
    }
    document.title = fresh.title;
    byId("search-offline").hidden = true;
    for (const id of ids) {
      const details = byId(id);
      if (details) details.open = true;
    }
    const target = byId(focused) || byId("results");
    if (target) target.focus({ preventScroll: true });
  }

  /* Lead the eye to the new list, unless its head is in view already. */
  function bringIntoView() {
    const results = byId("results");
    const { top } = results.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight * 0.8) results.scrollIntoView();
  }

  function setBusy(isBusy) {
    document.querySelector(PART).setAttribute("aria-busy", String(isBusy));
  }

  document.addEventListener("submit", (event) => {
    if (event.target !== form() || event.defaultPrevented) return;
    event.preventDefault();
    keepScroll();
    show(addressOf(asked()));
  });

  document.addEventListener("click", (event) => {
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link = event.target.closest(`${PART} a[href]`);
    if (!link || !isPlain || event.button || event.defaultPrevented) return;
    if (link.target || !isSearch(new URL(link.href))) return;
    event.preventDefault();
    keepScroll();
    show(link.href);
  });

  // --- Back and forward -----------------------------------------------------------------

  function keepScroll() {
    history.replaceState({ ...history.state, scroll: window.scrollY }, "");
  }

  // The same page by another address: the choice of clinics to compare stands in it.
  document.addEventListener("search:renamed", () => { wanted = location.href; });

  let scrolled;
  window.addEventListener("scroll", () => {
    if (isGoingBack) return;
    clearTimeout(scrolled);
    scrolled = setTimeout(keepScroll, SCROLL_WAIT);
  }, { passive: true });

  window.addEventListener("popstate", () => {
    clearTimeout(scrolled);
    const isAnchorAlone = withoutHash(location.href) === withoutHash(wanted);
    if (isAnchorAlone) return;
    show(location.href, (history.state || {}).scroll || 0);
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

  function stopCounting() {
    clearTimeout(waiting);
    if (counting) counting.abort();
  }

  async function count() {
    stopCounting();
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

  // --- The map --------------------------------------------------------------------------

  /* Its script comes once the visitor opens it, and not before. */
  document.addEventListener("toggle", ({ target }) => {
    if (target.id !== "map" || !target.open) return;
    const plain = target.querySelector(".map__plain");
    plain.hidden = true;
    import(target.dataset.script)
      .then((map) => map.show(target))
      .catch((error) => {
        console.error(error);
        plain.hidden = false;
      });
  }, true);
})();
