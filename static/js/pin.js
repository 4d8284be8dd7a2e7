/* The pin of a clinic's form: a map that follows the numbers and is followed by them,
   and "locate this address" without leaving the page. */

const WAIT = 400; // milliseconds after the last key
const STEP = 8; // pixels an arrow key moves the pin
// With streets, and with outlines alone, which show nothing nearer.
const NEAR = { streets: 14, outlines: 6 };
const NEAREST = { streets: 18, outlines: 11 };
const DIGITS = 5; // about a metre
const ARROWS = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};
// What the outlines that we hold can be seen in.
const OUTLINED = [[24, -125], [50, -66]];

class Pin {
  constructor(part) {
    this.part = part;
    this.words = part.dataset;
    this.form = part.closest("form");
    const { latitude, longitude, point_precision: precision } = this.form.elements;
    Object.assign(this, { latitude, longitude, precision });
    this.ground = this.words.tiles ? "streets" : "outlines";
  }

  start() {
    for (const number of [this.latitude, this.longitude]) {
      number.addEventListener("input", () => this.moved());
    }
    for (const name of ["region", "postal_code"]) {
      this.form.elements[name].addEventListener("change", () => this.check());
    }
    this.part.addEventListener("click", (event) => {
      const button = event.target.closest("button[name]");
      if (!button) return;
      event.preventDefault();
      if (button.name === "_locate") this.locate(button);
      if (button.name === "_pin") this.choose(button);
    });
    // The map is large, and below what most people came to change.
    const seen = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      seen.disconnect();
      this.draw().catch(() => {});
    }, { rootMargin: "300px" });
    seen.observe(this.part);
  }

  get point() {
    const [lat, lng] = [this.latitude, this.longitude].map(({ value }) =>
      value.trim() === "" ? NaN : Number(value));
    const isOnEarth = Math.abs(lat) <= 90 && Math.abs(lng) <= 180;
    return isOnEarth ? [lat, lng] : null;
  }

  // --- What the site is asked -------------------------------------------------------

  async ask(url) {
    const sent = new FormData();
    const names = ["csrfmiddlewaretoken", "street", "city", "region", "postal_code"];
    for (const name of [...names, "latitude", "longitude"]) {
      sent.set(name, this.form.elements[name]?.value ?? "");
    }
    if (this.form.elements.address_is_private?.checked) sent.set("address_is_private", "on");
    const response = await fetch(url, { method: "POST", body: sent });
    if (!response.ok) throw new Error(`${response.status}`);
    return response.text();
  }

  async fill(where, url) {
    const place = this.part.querySelector(where);
    try {
      place.innerHTML = await this.ask(url);
    } catch {
      place.textContent = this.words.failed;
    }
  }

  async locate(button) {
    button.setAttribute("aria-busy", "true");
    await this.fill("[data-located]", this.words.locate);
    button.removeAttribute("aria-busy");
  }

  check() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(async () => {
      await this.fill("[data-warnings]", this.words.check);
      this.ring();
    }, WAIT);
  }

  // --- Numbers and pin --------------------------------------------------------------

  choose({ value }) {
    const [lat, lng, precision] = value.split(",");
    this.write([Number(lat), Number(lng)], precision);
    this.place(true);
  }

  /** Write a point into the numbers. */
  write([lat, lng], precision) {
    this.latitude.value = lat.toFixed(DIGITS);
    this.longitude.value = lng.toFixed(DIGITS);
    if (precision) this.precision.value = precision;
    this.check();
  }

  /** The numbers were typed. */
  moved() {
    this.place(true);
    this.check();
  }

  /** Put the pin where the numbers say. */
  place(isToBeSeen) {
    if (!this.map) return;
    const { point } = this;
    if (!point) {
      this.mark.remove();
      return;
    }
    this.mark.setLatLng(point).addTo(this.map);
    this.name();
    if (isToBeSeen && !this.map.getBounds().contains(point)) this.map.setView(point, NEAR[this.ground]);
  }

  /** The pin was put there by hand: to the door, if nobody says otherwise. */
  put(at) {
    const { lat, lng } = at.wrap();
    this.write([lat, lng], this.precision.value || "address");
    this.place(false);
  }

  name() {
    const mark = this.mark.getElement();
    mark.setAttribute("role", "button");
    mark.setAttribute("aria-label", this.words.label);
  }

  // --- The map ----------------------------------------------------------------------

  async draw() {
    const { leaflet, styles } = this.words;
    await Promise.all([import(leaflet), ...styles.split(" ").map(styled)]);
    const canvas = this.part.querySelector("[data-canvas]");
    canvas.hidden = false;
    this.part.querySelector("[data-key]").hidden = false;
    this.map = L.map(canvas, {
      attributionControl: false,
      scrollWheelZoom: false,
      maxZoom: NEAREST[this.ground],
      minZoom: 2,
      dragging: !matchMedia("(pointer: coarse)").matches,
    });
    const icon = L.divIcon({ className: "pin__mark", iconSize: null });
    this.mark = L.marker([0, 0], { icon, draggable: true, autoPan: true });
    this.mark.on("dragend", () => this.put(this.mark.getLatLng()));
    this.map.on("click", ({ latlng }) => this.put(latlng));
    canvas.addEventListener("keydown", (event) => this.key(event), true);
    this.view();
    await this.lay();
  }

  view() {
    const { point } = this;
    const reference = this.reference();
    if (point ?? reference) this.map.setView(point ?? reference, NEAR[this.ground]);
    else this.map.fitBounds(OUTLINED);
    this.place(false);
    this.ring();
  }

  async lay() {
    const { tiles, outlines } = this.words;
    if (tiles) {
      L.tileLayer(tiles, { className: "map__tiles" }).addTo(this.map);
      return;
    }
    L.control.scale({ metric: true, imperial: true }).addTo(this.map);
    const response = await fetch(outlines);
    const style = { interactive: false, className: "pin__outline" };
    L.geoJSON(await response.json(), { style: () => style, interactive: false })
      .addTo(this.map);
  }

  reference() {
    const found = this.part.querySelector("[data-postcode]");
    return found ? found.dataset.postcode.split(",").map(Number) : null;
  }

  /** Where the middle of the postcode is. */
  ring() {
    if (!this.map) return;
    this.around?.remove();
    const at = this.reference();
    this.part.querySelector("[data-ring]").hidden = !at;
    if (!at) return;
    const look = { radius: 12, interactive: false, className: "pin__ring" };
    this.around = L.circleMarker(at, look).addTo(this.map);
  }

  key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || event.target !== this.mark.getElement()) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.map.latLngToContainerPoint(this.mark.getLatLng());
    const [right, down] = arrow;
    this.put(this.map.containerPointToLatLng(at.add([right * STEP, down * STEP])));
    this.mark.getElement().focus();
  }
}

function styled(href) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href, onload: resolve, onerror: reject });
    document.head.append(link);
  });
}

const part = document.querySelector("[data-pin]");
if (part) new Pin(part).start();
