/* The map of a search: all that the list holds, and nothing that the list has not.

   Few clinics come all at once and are grouped here; of many the site counts cells, and
   is asked again for each part of the map. Marks are one stop of the Tab key: arrows go
   from one to the next. Whatever moves or zooms by hand does so by buttons too. */

import { Marks, box, cardOf, isCalm, latLng, pace, pressable } from "./map-marks.js";

const LAST_ZOOM = 16;
const FIRST_ZOOM = 4; // only till the first answer says what there is to see
const NEAR_ZOOM = 13;
const NEARBY = 10; // clinics around the place that was asked for, to begin with
const FAR = 100_000; // metres, where there are none
const ASK_WAIT = 150; // milliseconds after the last move
// What the outlines that we hold can be seen in.
const OUTLINED = [[13, -180], [72, -64]];
const MOVES = { north: [0, -1], south: [0, 1], west: [-1, 0], east: [1, 0] };

const isTouched = () => matchMedia("(pointer: coarse)").matches;

let shown = null;

/** Draw the map inside `root`, the opened `<details>`; again is harmless. */
export async function show(root) {
  if (shown?.root === root) {
    shown.reopen();
    return;
  }
  shown?.leave();
  const map = new ClinicMap(root);
  shown = map;
  try {
    await map.start();
  } catch (error) {
    // Another list came meanwhile, with a map of its own.
    if (shown !== map) return;
    shown = null;
    map.leave();
    throw error;
  }
}

// --- Parts --------------------------------------------------------------------------

let parts;

/** The words and buttons of the map; with them Leaflet and the styles are there. */
async function ready(url) {
  const page = new DOMParser().parseFromString(await text(url), "text/html");
  const inside = document.adoptNode(page.querySelector(".map__inside"));
  const { leaflet, styles } = inside.dataset;
  parts ??= Promise.all([import(leaflet), ...styles.split(" ").map(styled)]);
  parts.catch(() => { parts = undefined; });
  await parts;
  return inside;
}

async function text(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response.text();
}

function styled(href) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href, onload: resolve, onerror: reject });
    document.head.append(link);
  });
}

/** `bounds` as the site takes them: west, south, east, north, within the globe. */
function written(bounds) {
  const clamped = (side, most) => Math.max(-most, Math.min(most, side)).toFixed(4);
  return [
    clamped(bounds.getWest(), 180),
    clamped(bounds.getSouth(), 90),
    clamped(bounds.getEast(), 180),
    clamped(bounds.getNorth(), 90),
  ].join(",");
}

// --- The map ------------------------------------------------------------------------

class ClinicMap {
  constructor(root) {
    this.root = root;
    this.gone = new AbortController();
  }

  async start() {
    [this.inside, this.answer] = await Promise.all([
      ready(this.root.dataset.parts),
      this.ask(FIRST_ZOOM),
    ]);
    this.furnish();
    this.isCrowd = this.answer.features.some((each) => !each.id);
    // Leaflet draws nothing before it has a view.
    this.map.fitWorld({ animate: false });
    this.ground();
    this.first();
    this.map.on("moveend", () => this.moved());
    this.moved();
    this.say(this.answer.summary);
    await this.offer();
  }

  /** The map without anything on it, and hands for it. */
  furnish() {
    this.words = this.inside.dataset;
    this.root.append(this.inside);
    this.map = L.map(this.inside.querySelector(".map__canvas"), {
      attributionControl: false,
      zoomControl: false,
      scrollWheelZoom: false,
      // One finger scrolls the page; two move the map.
      dragging: !isTouched(),
      minZoom: 2,
      maxZoom: LAST_ZOOM,
      maxBounds: [[-85, -180], [85, 180]],
      maxBoundsViscosity: 1,
      keyboardPanDelta: 120,
      zoomAnimation: !isCalm(),
      fadeAnimation: !isCalm(),
      inertia: !isCalm(),
    });
    this.marks = new Marks(this.map, this.words);
    this.listen();
  }

  say(words) {
    this.inside.querySelector("[role=status]").textContent = words;
  }

  reopen() {
    this.map?.invalidateSize({ animate: false });
    if (this.answer) this.offer().catch(() => {});
  }

  leave() {
    this.gone.abort();
    this.asking?.abort();
    this.withdraw();
    this.map?.remove();
    this.inside?.remove();
  }

  // --- What lies beneath ------------------------------------------------------------

  ground() {
    const { tiles, place } = this.words;
    const { point, km, unit } = this.answer.searched;
    L.control.scale({ metric: unit === "km", imperial: unit === "mi" }).addTo(this.map);
    if (tiles) L.tileLayer(tiles, { className: "map__tiles" }).addTo(this.map);
    if (!point) return;
    this.origin = L.latLng([...point].reverse());
    this.inside.querySelector("[data-of-place]").hidden = false;
    if (km) {
      const circle = { radius: km * 1000, interactive: false, className: "map__radius" };
      this.radius = L.circle(this.origin, circle).addTo(this.map);
    }
    const icon = L.divIcon({ className: "map__start", iconSize: null });
    const here = { icon, keyboard: false, interactive: false, zIndexOffset: -1000 };
    const mark = L.marker(this.origin, here).addTo(this.map).getElement();
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", place);
  }

  /** The states, once they can be seen; where there are streets they are not needed. */
  async outline() {
    const { outlines, tiles } = this.words;
    const isSeen = this.map.getBounds().intersects(OUTLINED);
    if (tiles || !isSeen || this.isOutlined) return;
    this.isOutlined = true;
    const states = JSON.parse(await text(outlines));
    const style = { interactive: false, className: "map__outline" };
    L.geoJSON(states, { style: () => style, interactive: false }).addTo(this.map);
    this.radius?.bringToFront();
    this.inside.querySelector("[data-of-outlines]").hidden = false;
  }

  /** The circle that was searched, the nearest clinics, or all but a few far out. */
  first() {
    if (this.radius) this.fit(this.radius.getBounds());
    else if (this.origin && !this.isCrowd) this.fit(this.nearby());
    else if (this.answer.view) this.fit(box(this.answer.view));
    else this.fit(this.origin?.toBounds(FAR) ?? OUTLINED);
  }

  all() {
    if (this.answer.bbox) this.fit(box(this.answer.bbox));
  }

  nearby() {
    const { features } = this.answer;
    const far = (at) => this.map.distance(at, this.origin);
    const points = features.map(latLng).sort((a, b) => far(a) - far(b));
    return L.latLngBounds([this.origin, ...points.slice(0, NEARBY)]);
  }

  fit(bounds, animate = false) {
    const zooms = { maxZoom: NEAR_ZOOM, padding: [32, 32] };
    this.map.fitBounds(bounds, { ...zooms, animate });
  }

  // --- What is asked ----------------------------------------------------------------

  async ask(zoom, bounds) {
    this.asking?.abort();
    this.asking = new AbortController();
    const url = new URL(this.root.dataset.points, location.href);
    url.searchParams.set("zoom", zoom);
    if (bounds) url.searchParams.set("bbox", written(bounds));
    const response = await fetch(url, { signal: this.asking.signal });
    if (!response.ok) throw new Error(`${response.status}`);
    return { ...(await response.json()), zoom, bounds };
  }

  get isStale() {
    const { features, zoom, bounds } = this.answer;
    if (!this.isCrowd) return false;
    if (bounds && !bounds.contains(this.map.getBounds())) return true;
    return zoom !== this.map.getZoom() && features.some((each) => !each.id);
  }

  async moved() {
    this.outline().catch(() => {});
    if (this.isStale) {
      // Every step of a move would ask: only the last does.
      clearTimeout(this.waiting);
      await new Promise((resolve) => { this.waiting = setTimeout(resolve, ASK_WAIT); });
      try {
        this.answer = await this.ask(this.map.getZoom(), this.map.getBounds().pad(0.5));
      } catch (error) {
        if (error.name === "AbortError") return;
        this.say(this.words.failed);
      }
    }
    this.marks.draw(this.answer.features);
  }

  // --- Cards ------------------------------------------------------------------------

  /** While the map is open each card that has a place leads to it. */
  async offer() {
    const features = this.isCrowd ? await this.page() : this.answer.features;
    if (!this.root.open) return;
    for (const feature of features) {
      const card = cardOf(feature);
      if (!card || !feature.geometry || card.querySelector(".card__map")) continue;
      const button = pressable("map__button card__map", this.words.show);
      const name = card.querySelector(".card__name");
      button.setAttribute("aria-describedby", (name.id ||= `${card.id}-name`));
      button.addEventListener("click", () => this.lead(feature, button));
      card.firstElementChild.append(button);
    }
  }

  /** What the page lists, with its points, where these lie uncounted in cells. */
  async page() {
    const url = new URL(this.root.dataset.points, location.href);
    url.searchParams.delete("view");
    const number = new URLSearchParams(location.search).get("page");
    if (number) url.searchParams.set("page", number);
    this.listed ??= JSON.parse(await text(url)).features;
    return this.listed;
  }

  withdraw() {
    for (const each of document.querySelectorAll(".card__map")) each.remove();
  }

  lead(feature, button) {
    const at = latLng(feature);
    this.map.getContainer().scrollIntoView({ block: "center", behavior: pace() });
    this.map.setView(at, Math.max(this.map.getZoom(), NEAR_ZOOM), { animate: false });
    this.marks.tell(at, [feature], 1, button);
  }

  // --- Hands ------------------------------------------------------------------------

  listen() {
    const { root, inside, map } = this;
    const { signal } = this.gone;
    for (const button of inside.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.act(button.dataset.do));
    }
    inside.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      if (inside.querySelector(".leaflet-popup")) this.marks.closed();
      else root.querySelector("summary").focus();
    });
    root.addEventListener("toggle", () => { if (!root.open) this.withdraw(); }, { signal });
    const list = root.parentElement.querySelector(".cards");
    for (const on of ["mouseover", "focusin", "mouseout", "focusout"]) {
      list?.addEventListener(on, ({ target, type }) => {
        const card = target.closest(".card");
        const is = type === "mouseover" || type === "focusin";
        if (card && root.open) this.marks.pointFrom(card, is);
      }, { signal });
    }
    map.on("zoomend", () => {
      const zoom = map.getZoom();
      this.disable("zoom-in", zoom >= map.getMaxZoom());
      this.disable("zoom-out", zoom <= map.getMinZoom());
    });
  }

  /** Said and seen, but still a stop of the Tab key: focus never falls from under it. */
  disable(what, is) {
    this.inside.querySelector(`[data-do=${what}]`).setAttribute("aria-disabled", `${is}`);
  }

  act(what) {
    const animate = !isCalm();
    if (what === "all") this.all();
    else if (what === "zoom-in") this.map.zoomIn(1, { animate });
    else if (what === "zoom-out") this.map.zoomOut(1, { animate });
    else {
      const [right, down] = MOVES[what];
      const { x, y } = this.map.getSize();
      this.map.panBy([(right * x) / 3, (down * y) / 3], { animate });
    }
  }
}
