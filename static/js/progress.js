// Follows a task that its page waits for, and shows the page anew when it is over.

const EVERY = 1500; // milliseconds
const MOST = 15000;

const box = document.querySelector("[data-progress]");
if (box) follow(box, EVERY);

function follow(box, wait) {
  setTimeout(async () => {
    let next = EVERY;
    try {
      const answer = await fetch(box.dataset.progress, {
        headers: { Accept: "application/json" },
      });
      // Signed out, or the site is away: the link on the page remains.
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const said = await answer.json();
      if (said.state !== box.dataset.state) {
        location.reload();
        return;
      }
      box.querySelector("progress").value = said.progress;
      box.querySelector("[data-share]").textContent =
        `${Math.round(said.progress * 100)} %`;
    } catch {
      next = Math.min(wait * 2, MOST);
    }
    follow(box, next);
  }, wait);
}
