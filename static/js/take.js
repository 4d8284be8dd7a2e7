// Take along: copy the address, print, read questions aloud. Buttons that need no
// script are links; these appear only where they can work.

const inTake = (selector, show) => {
  for (const button of document.querySelectorAll(selector)) {
    button.hidden = !show;
  }
};

const say = (button, text) => {
  const status = button.closest(".take")?.querySelector("[data-take-status]");
  if (status) {
    status.textContent = text;
  }
};

const copy = async (button) => {
  button.dataset.plain ||= button.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    // Refused: the address bar still has it, and the button claims nothing.
    return;
  }
  button.textContent = button.dataset.done;
  say(button, button.dataset.done);
  setTimeout(() => {
    button.textContent = button.dataset.plain;
  }, 3000);
};

const readAloud = (button) => {
  const before = button.textContent;
  const stop = () => {
    button.textContent = button.dataset.start;
  };
  button.dataset.start ||= before;
  if (speechSynthesis.speaking) {
    speechSynthesis.cancel();
    stop();
    return;
  }
  const list = button.closest("[data-questions]").querySelectorAll("li");
  for (const item of list) {
    const spoken = new SpeechSynthesisUtterance(item.textContent);
    spoken.lang = document.documentElement.lang;
    spoken.onend = () => speechSynthesis.pending || stop();
    speechSynthesis.speak(spoken);
  }
  button.textContent = button.dataset.stop;
};

const offer = () => {
  inTake("[data-print]", typeof window.print === "function");
  inTake("[data-copy]", Boolean(navigator.clipboard));
  inTake("[data-read-aloud]", "speechSynthesis" in window);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-print]")) {
    window.print();
  } else if (button?.matches("[data-copy]")) {
    copy(button);
  } else if (button?.matches("[data-read-aloud]")) {
    readAloud(button);
  }
});

offer();
// Results that are replaced in place bring new buttons.
document.addEventListener("search:replaced", offer);
