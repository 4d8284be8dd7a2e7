/* "Use my location", asked only after a click. The position is rounded before it goes
   anywhere: 2 decimals are about a kilometre. */
(() => {
  "use strict";

  const DECIMALS = 2;
  const PATIENCE = 15000; // milliseconds
  const NEW_ENOUGH = 600000;

  const form = () => document.getElementById("search");

  function reveal() {
    const part = document.querySelector("[data-locate]");
    if (part && navigator.geolocation && window.isSecureContext) part.hidden = false;
  }

  function tell(part, text) {
    part.querySelector("[role=status]").textContent = text;
  }

  function put(name, value) {
    const present = form().querySelector(`input[type=hidden][name=${name}]`);
    const input = present || document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form().prepend(input);
  }

  /* The place and the region that were asked give way: they would win over a position. */
  function search({ latitude, longitude }) {
    put("lat", latitude.toFixed(DECIMALS));
    put("lon", longitude.toFixed(DECIMALS));
    form().elements.place.value = "";
    if (form().elements.region) form().elements.region.value = "";
    form().requestSubmit();
  }

  function fail(part, error) {
    const { dataset } = part;
    const text = { 1: dataset.refused, 3: dataset.slow }[error.code] || dataset.failed;
    tell(part, text);
  }

  // What is typed while a position is on its way is meant instead of it.
  let isWanted = false;

  document.addEventListener("click", (event) => {
    const part = event.target.closest("[data-locate]");
    if (!part || !event.target.closest("button")) return;
    isWanted = true;
    tell(part, part.dataset.asking);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        tell(part, "");
        if (isWanted) search(coords);
      },
      (error) => fail(part, error),
      { enableHighAccuracy: false, timeout: PATIENCE, maximumAge: NEW_ENOUGH },
    );
  });

  // A place that is written is meant instead of the position that was found before.
  document.addEventListener("input", (event) => {
    if (event.target.name !== "place" || !event.target.value.trim()) return;
    isWanted = false;
    for (const name of ["lat", "lon"]) {
      const hidden = form().querySelector(`input[type=hidden][name=${name}]`);
      if (hidden) hidden.remove();
    }
  });

  document.addEventListener("search:replaced", reveal);
  reveal();
})();
