/* The marks of the map: which clinics are drawn as one, how hands and keys come to them,
   the bubbles that name them, and the cards of the list that belong to them. */

// In rem: 64 pixels, as wide as the site's own cells, or more where text is larger.
const CELL = 4;
const MOST_NAMES = 12; // in one bubble
const ARROWS = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const pace = () => (isCalm() ? "auto" : "smooth");
export const latLng = ({ geometry }) => L.latLng([...geometry.coordinates].reverse());
export const box = ([west, south, east, north]) =>
  L.latLngBounds([south, west], [north, east]);
export const cardOf = ({ id }) => id && document.getElementById(`clinic-${id}`);

const numbers = new Intl.NumberFormat(document.documentElement.lang);
const filled = (words, n) => words.replace("%n", numbers.format(n));

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export function pressable(className, text) {
  const made = element("button", className, text);
  made.type = "button";
  return made;
}

// --- What is drawn as one -----------------------------------------------------------

/** Features by the cell of the screen that they stand in; counted cells by themselves. */
function grouped(features, map) {
  const zoom = map.getZoom();
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const groups = new Map();
  for (const feature of features) {
    const at = map.project(latLng(feature), zoom).divideBy(CELL * rem).floor();
    const key = feature.id ? `${zoom}/${at.x}/${at.y}` : `${zoom}/${feature.bbox}`;
    groups.set(key, [...(groups.get(key) ?? []), feature]);
  }
  return [...groups].map(([key, members]) => new Group(key, members));
}

/** What is drawn as one mark: a clinic, several, or a cell that the site counted. */
class Group {
  constructor(key, members) {
    const [first] = members;
    this.members = members;
    this.count = members.reduce((sum, each) => sum + (each.properties.count ?? 1), 0);
    this.isCounted = !first.id;
    this.key = members.length === 1 && first.id ? first.id : `${key}/${this.count}`;
    this.bounds = this.isCounted ? box(first.bbox) : L.latLngBounds(members.map(latLng));
    this.at = members.length === 1 ? latLng(first) : middle(members.map(latLng));
  }

  /** Whether a nearer look can tell its clinics apart. */
  get splits() {
    const { bounds } = this;
    const isOneSpot = bounds.getNorthEast().equals(bounds.getSouthWest());
    return this.count > 1 && (this.isCounted || !isOneSpot);
  }

  get isNear() {
    return this.members.some(({ properties: { match } }) => match?.includes("in-person"));
  }
}

function middle(points) {
  const mean = (side) => points.reduce((sum, each) => sum + each[side], 0) / points.length;
  return L.latLng(mean("lat"), mean("lng"));
}

// --- The marks ----------------------------------------------------------------------

/** The marks on a Leaflet map; `words` are what they say, and the address of a clinic. */
export class Marks {
  constructor(map, words) {
    this.map = map;
    this.words = words;
    this.canvas = map.getContainer();
    this.marks = new Map();
  }

  /** Show `features` as far as the map shows their places. */
  draw(features) {
    const focused = this.focused();
    const view = this.map.getBounds().pad(0.1);
    const groups = grouped(features, this.map);
    const visible = groups.filter((each) => view.contains(each.at));
    const wanted = new Map(visible.map((each) => [each.key, each]));
    for (const [key, mark] of this.marks) {
      if (wanted.has(key)) continue;
      mark.remove();
      this.marks.delete(key);
    }
    for (const [key, group] of wanted) {
      if (!this.marks.has(key)) this.marks.set(key, this.mark(group));
    }
    if (focused && !focused.getElement()) this.nearest(focused.group.at)?.focus();
    this.rove();
  }

  mark(group) {
    const { count, isCounted, isNear } = group;
    const kind = count > 1 ? "many" : isNear ? "near" : "far";
    const icon = L.divIcon({
      className: `map__mark map__mark--${kind}`,
      html: count > 1 ? element("span", "", numbers.format(count)) : false,
      iconSize: null,
    });
    const options = { icon, keyboard: false, riseOnHover: true, autoPanOnFocus: false };
    const mark = L.marker(group.at, options).addTo(this.map);
    mark.group = group;
    mark.on("click", () => this.open(mark));
    const at = mark.getElement();
    at.setAttribute("role", "button");
    at.setAttribute("tabindex", "-1");
    at.setAttribute("aria-label", this.label(group));
    if (count === 1 && !isCounted) at.dataset.id = group.members[0].id;
    at.addEventListener("keydown", (event) => this.pressed(event, mark));
    for (const on of ["mouseenter", "focus"]) {
      at.addEventListener(on, () => this.point(group, true));
    }
    for (const on of ["mouseleave", "blur"]) {
      at.addEventListener(on, () => this.point(group, false));
    }
    mark.focus = () => { this.rove(at); at.focus({ preventScroll: true }); };
    return mark;
  }

  label({ count, members: [first] }) {
    if (count > 1) return filled(this.words.many, count);
    return [first.properties.name, this.ways(first)].join(", ");
  }

  ways({ properties: { match, sample } }) {
    const said = (match ?? []).map((way) => this.words[way === "remote" ? "far" : "near"]);
    return [...said, ...(sample ? [this.words.sample] : [])].join(" · ");
  }

  /** Of all marks only one is a stop of the Tab key. */
  rove(to) {
    const marks = [...this.marks.values()].map((mark) => mark.getElement());
    const one = to ?? marks.find((each) => each.tabIndex === 0) ?? marks[0];
    for (const each of marks) each.tabIndex = each === one ? 0 : -1;
  }

  focused() {
    return [...this.marks.values()].find(
      (mark) => mark.getElement() === document.activeElement,
    );
  }

  nearest(at) {
    const far = (mark) => this.map.distance(mark.group.at, at);
    return [...this.marks.values()].sort((a, b) => far(a) - far(b))[0];
  }

  pressed(event, mark) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.open(mark);
    } else if (event.key in ARROWS) {
      event.preventDefault();
      this.beside(mark, ARROWS[event.key])?.focus();
    }
  }

  /** The mark that comes next in a direction of the screen. */
  beside(from, [right, down]) {
    const pixel = (mark) => this.map.latLngToContainerPoint(mark.group.at);
    const start = pixel(from);
    const inView = L.bounds([0, 0], this.map.getSize());
    const ahead = [...this.marks.values()].map((mark) => {
      const { x, y } = pixel(mark).subtract(start);
      const along = x * right + y * down;
      const aside = Math.abs(x * down + y * right);
      return { mark, along, aside };
    });
    const next = ahead
      .filter(({ mark, along, aside }) =>
        mark !== from && along > 0 && aside <= 2 * along && inView.contains(pixel(mark)))
      .sort((a, b) => a.along + 2 * a.aside - (b.along + 2 * b.aside));
    return next[0]?.mark;
  }

  // --- Bubbles ----------------------------------------------------------------------

  open(mark) {
    const { group } = mark;
    const { map } = this;
    mark.focus();
    if (group.splits && map.getZoom() < map.getMaxZoom()) {
      map.fitBounds(group.bounds, { padding: [48, 48], animate: !isCalm() });
      return;
    }
    const named = group.isCounted ? [] : group.members;
    this.tell(group.at, named, group.count, mark.getElement());
  }

  /** A bubble that names clinics; `opener` has the focus again once it is closed. */
  tell(at, members, count, opener) {
    const inside = element("div", "map__told");
    for (const each of members.slice(0, MOST_NAMES)) inside.append(this.told(each));
    const more = count - Math.min(members.length, MOST_NAMES);
    if (more) inside.append(element("p", "map__more", filled(this.words.more, more)));
    const close = pressable("map__button", this.words.close);
    close.addEventListener("click", () => this.closed());
    inside.append(close);
    this.opener = opener;
    const width = Math.min(280, this.map.getSize().x - 60);
    const options = { closeButton: false, autoPan: false, minWidth: 0, maxWidth: width };
    L.popup({ ...options, offset: [0, -6] })
      .setLatLng(at).setContent(inside).openOn(this.map);
    const aside = width / 2 + 20;
    this.map.panInside(at, {
      paddingTopLeft: [aside, inside.offsetHeight + 60],
      paddingBottomRight: [aside, 20],
      animate: !isCalm(),
    });
    inside.querySelector("a, button").focus({ preventScroll: true });
  }

  told(feature) {
    const { id, properties } = feature;
    const told = element("div", "map__clinic");
    const link = element("a", "map__name", properties.name);
    link.href = this.words.clinic.replace("/slug/", `/${id}/`);
    told.append(link, element("p", "map__ways", this.ways(feature)));
    const card = cardOf(feature);
    if (card) {
      const button = pressable("map__button", this.words.card);
      button.addEventListener("click", () => {
        card.scrollIntoView({ block: "center", behavior: pace() });
        card.querySelector("a").focus({ preventScroll: true });
      });
      told.append(button);
    }
    return told;
  }

  closed() {
    this.map.closePopup();
    const back = this.opener?.isConnected ? this.opener : this.canvas;
    back.focus({ preventScroll: true });
  }

  /** Let a mark and the cards of its clinics point at each other. */
  point(group, is) {
    for (const each of group.members) cardOf(each)?.classList.toggle("is-pointed-at", is);
  }

  /** The same from a card. */
  pointFrom(card, is) {
    for (const mark of this.marks.values()) {
      if (!mark.group.members.some((each) => cardOf(each) === card)) continue;
      mark.getElement().classList.toggle("is-pointed-at", is);
    }
  }
}
