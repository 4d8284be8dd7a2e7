// Single letters as shortcuts, for whoever works through a queue.
//
// `data-key="x"` on a link or button: x presses it. `data-rows` is a list whose links
// `data-row` j and k walk through; `data-row-key="c"`: c presses it in the row that has
// the focus. "?" shows what keys there are. People who dictate switch them off.

const OFF = "desk-keys-off";
const keysBox = document.querySelector("[data-keys]");

function isOn() {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
}

function remember(on) {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch {
    // The browser keeps nothing: the choice holds for this page.
  }
}

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable], [role=combobox]");
}

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function walk(step) {
  const links = rows();
  const row = document.activeElement?.closest("[data-rows] > *");
  const here = links.findIndex((link) => row?.contains(link));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
}

function inRow(key) {
  const row = document.activeElement?.closest("[data-rows] > *");
  return row?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
}

function showKeys() {
  keysBox.open = !keysBox.open;
  if (keysBox.open) keysBox.querySelector("summary").focus();
}

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.isComposing || isTyping(event.target)) return;
  if (event.key === "?" && keysBox) {
    event.preventDefault();
    showKeys();
    return;
  }
  if (!switchedOn) return;
  if ((event.key === "j" || event.key === "k") && rows().length) {
    event.preventDefault();
    walk(event.key === "j" ? 1 : -1);
    return;
  }
  const pressed =
    inRow(event.key) ||
    document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not(summary, :disabled)`);
  if (pressed) {
    event.preventDefault();
    pressed.click();
  }
}

function line(list, key, label) {
  const item = list.appendChild(document.createElement("li"));
  item.appendChild(document.createElement("kbd")).textContent = key;
  item.append(` ${label}`);
}

function listKeys() {
  const list = keysBox.querySelector("[data-keys-list]");
  if (rows().length) {
    line(list, "j", list.dataset.down);
    line(list, "k", list.dataset.up);
  }
  const seen = new Set();
  for (const one of document.querySelectorAll("[data-key], [data-row-key]")) {
    const key = one.dataset.key ?? one.dataset.rowKey;
    if (key === "?" || seen.has(key)) continue;
    seen.add(key);
    line(list, key, one.textContent.trim());
  }
}

let switchedOn = isOn();
if (keysBox) {
  const box = keysBox.querySelector("[data-keys-on]");
  box.checked = switchedOn;
  box.addEventListener("change", () => {
    switchedOn = box.checked;
    remember(switchedOn);
  });
  listKeys();
  keysBox.hidden = false;
}
document.addEventListener("keydown", press);
