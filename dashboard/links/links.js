// Sees to it that a link of the dashboard leads where it says. Where the page is to be drawn anew in the moment of the
// click, because something was recorded, Streamlit runs both at once, and the page that was left may win.
// LINKS is put before it: Streamlit's links between pages.
const KEPT = ["campaign", "name"]; // what the address of every page holds
const LOOK = 100; // ms
const QUIET = 5; // looks at which nothing is drawn, then the link was lost
const TRIES = 5;
let watch = null;
let isOurs = false;

function isDrawing() {
  return document.querySelector("[data-test-script-state]")?.dataset.testScriptState !== "notRunning";
}

function clickAgain(goal) {
  isOurs = true;
  [...document.querySelectorAll(LINKS)].find((link) => link.pathname === goal)?.click();
  isOurs = false;
}

function follow(goal) {
  let quiet = 0;
  let tries = 0;
  watch = setInterval(() => {
    if (location.pathname === goal || tries === TRIES) {
      clearInterval(watch);
      return;
    }
    quiet = isDrawing() ? 0 : quiet + 1;
    if (quiet < QUIET) return;
    quiet = 0;
    tries += 1;
    clickAgain(goal);
  }, LOOK);
}

// After Streamlit has heard of it: what it takes for a link within the dashboard the browser does not follow.
window.addEventListener("click", (event) => {
  if (isOurs) return;
  clearInterval(watch);
  const link = event.target.closest(LINKS);
  if (link !== null && event.defaultPrevented) follow(link.pathname);
});
window.addEventListener("popstate", () => clearInterval(watch));

// What opens in a new tab is about the campaign that was looked at, by the same person.
function takeAlong(event) {
  const link = event.target.closest(LINKS);
  if (link === null) return null;
  const kept = [...new URLSearchParams(location.search)].filter(([name]) => KEPT.includes(name));
  link.search = new URLSearchParams(kept);
  return link;
}
window.addEventListener("pointerdown", takeAlong);
// Streamlit leads there in this tab, whatever key is held down with it: so it does not hear of these.
window.addEventListener("click", (event) => {
  if (!(event.ctrlKey || event.metaKey || event.shiftKey) || takeAlong(event) === null) return;
  event.stopImmediatePropagation();
}, true);

document.documentElement.dataset.links = "watched"; // whoever drives a browser can wait for it

export default function () {}
