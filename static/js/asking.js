/* Addresses of a search without the parameters that say nothing, with or without a
   script that asks in the page's stead. */
(() => {
  "use strict";

  const SAYS_NOTHING = { visit: "any", sort: "best" };

  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.id !== "search") return;
    for (const name of new Set(formData.keys())) {
      const values = formData.getAll(name);
      formData.delete(name);
      for (const value of values) {
        if (value && value !== SAYS_NOTHING[name]) formData.append(name, value);
      }
    }
  });
})();
