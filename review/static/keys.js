// Keys for the page: each element that has data-key is clicked, entered if it is a field, or says its data-told.
"use strict";

const same = { ArrowRight: "s", ArrowLeft: "p" };
const isField = (one) => one.matches("input:not([type=checkbox]):not([type=hidden]), select, textarea");

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys !== "on" || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const here = document.activeElement;
  if (here && isField(here)) {
    if (event.key === "Escape") here.blur();
    return;
  }
  const onControl = here && here.matches("a, button, input, summary, [tabindex='0']");
  if (onControl && (event.key === "Enter" || (here.matches("[tabindex='0']") && event.key.startsWith("Arrow")))) return;
  const wanted = same[event.key] || (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const target = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === wanted);
  if (!target) return;
  event.preventDefault();
  if (isField(target)) target.focus();
  else if (target.dataset.told) target.textContent = target.dataset.told;
  else target.click();
});

// A judgement is sent once, however often its key is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// A run that goes on tells how it goes.
const run = document.querySelector("[data-going]");
if (run) {
  const ask = async () => {
    try {
      const answer = await fetch(`/fusion/etat?id=${encodeURIComponent(run.dataset.run)}`);
      const told = await answer.json();
      run.textContent = told.text;
      if (!told.going_on) return window.location.reload();
    } catch {
      // The service may be starting again: the next question will tell.
    }
    window.setTimeout(ask, 2000);
  };
  window.setTimeout(ask, 2000);
}
