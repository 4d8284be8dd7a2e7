/* Addresses of a search without the parameters that say nothing, with or without a
   script that asks in the page's stead. */
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.id !== "search") return;
  for (const name of new Set(formData.keys())) {
    const values = formData.getAll(name).filter((value) => value !== "");
    formData.delete(name);
    for (const value of values) formData.append(name, value);
  }
});
