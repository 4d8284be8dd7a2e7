// Choosing clinics to compare: says how many, refuses a fifth kindly, and lets the
// choice travel in the links of the page, as it does without script once it is sent.

const boxes = () => [...document.querySelectorAll('input[name="clinic"][form="compare"]')];

const elsewhere = (form) => [...form.querySelectorAll("[data-elsewhere]")];

const chosen = (form) => [
  ...elsewhere(form).map((field) => field.value),
  ...boxes().filter((box) => box.checked).map((box) => box.value),
];

const withChoice = (address, slugs) => {
  const url = new URL(address, location.href);
  url.searchParams.delete("clinic");
  slugs.forEach((slug) => url.searchParams.append("clinic", slug));
  return url.pathname + url.search + url.hash;
};

const carry = (slugs) => {
  for (const link of document.querySelectorAll("#search-page a[href]")) {
    const isSearch = link.pathname === location.pathname && link.search;
    if (isSearch && link.origin === location.origin) {
      link.href = withChoice(link.href, slugs);
    }
  }
  const search = document.querySelector("form#search");
  if (search) {
    search.querySelectorAll('input[name="clinic"]').forEach((field) => field.remove());
    for (const slug of slugs) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "clinic", value: slug });
      search.append(field);
    }
  }
  history.replaceState(history.state, "", withChoice(location.href, slugs));
  document.dispatchEvent(new CustomEvent("search:renamed"));
};

document.addEventListener("change", (event) => {
  const form = document.querySelector("[data-compare]");
  const box = event.target;
  if (!form || box.name !== "clinic" || box.type !== "checkbox") {
    return;
  }
  const status = form.querySelector("[data-compare-status]");
  const slugs = chosen(form);
  if (slugs.length > Number(form.dataset.most)) {
    box.checked = false;
    status.textContent = form.dataset.full;
    return;
  }
  const told = slugs.length === 1 ? form.dataset.one : form.dataset.many;
  status.textContent = slugs.length
    ? told.replace("%(n)s", slugs.length)
    : form.dataset.none;
  carry(slugs);
});
