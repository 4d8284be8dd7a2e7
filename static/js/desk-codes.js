/* Copy and print what a page shows once. Without this, it stands there as text. */

for (const tools of document.querySelectorAll(".codes__tools")) {
  const copy = tools.querySelector("[data-copy]");
  const said = tools.querySelector("[data-copied]");
  copy?.addEventListener("click", async () => {
    const shown = document.getElementById(copy.dataset.copy);
    const lines = [...shown.querySelectorAll("code")].map((code) => code.textContent);
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      said.textContent = said.dataset.copied;
    } catch {
      // Not allowed, or plain HTTP: mark it, for the keyboard to copy.
      getSelection().selectAllChildren(shown);
    }
  });
  tools.querySelector("[data-print]")?.addEventListener("click", () => print());
  tools.hidden = false;
}
