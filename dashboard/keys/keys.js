// Keeps every key and click in order until the server has answered for it, and asks until the page shows what came of
// them. Streamlit's own shortcuts lose those that come while a page is drawn anew, and hand over several at once without
// their order; now and then it drops a request, or the end of what it draws. LINKS is put before it: Streamlit's links
// between pages.
let turn = null;
let last = Date.now(); // numbers grow across reloads of the page too
let newest = 0; // number of what was pressed last
let kept = [];
let keys = {}; // key -> CSS class of the button that it stands for
let send = null; // null while nobody listens: for good, or for the moment in which the page is drawn anew
let again = null;
let leaving = null;
const PATIENCE = 1000; // ms, then what nobody answered for is sent once more
const GIVE_UP = 20000; // ms, then a link is followed without an answer

// While the page is drawn anew there may be no buttons for a moment, or no listener; on another page there is neither.
function isListening() {
  return send !== null || Object.values(keys).some((name) => document.querySelector(`.${name} button`) !== null);
}

function isAnswered() {
  if (newest === 0) return true;
  const drawn = document.querySelector("[data-keys-handled]");
  return drawn !== null && Number(drawn.dataset.keysHandled) >= newest;
}

function deliver() {
  clearTimeout(again);
  if (isAnswered()) return;
  if (send !== null) send();
  again = setTimeout(deliver, PATIENCE);
}

function keep(event, key) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.repeat || event.detail > 1) return; // a key that is held down counts once, and so does a double click
  newest = ++last;
  kept.push([newest, key]);
  deliver();
}

function onKey(event) {
  if (!isListening() || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const field = event.target.closest("input, textarea, select, [contenteditable=true]");
  if (field !== null) {
    // Enter ends what is typed; the next one is a key of the page.
    if (key === "enter" && field.matches("input")) setTimeout(() => field.blur());
    return;
  }
  if (event.target.closest("[role=listbox], [role=dialog]") !== null || !Object.hasOwn(keys, key)) return;
  const link = event.target.closest("a");
  // Enter follows a link, but for the one to this page: whoever came by it has left the focus there.
  if (key === "enter" && link !== null && link.pathname !== location.pathname) event.stopImmediatePropagation();
  else keep(event, key);
}

// Another page would stop what was pressed here from being done, and what is asked here afterwards would call this page
// back: so a link waits for the answer.
function leave(link) {
  clearInterval(leaving);
  const until = Date.now() + GIVE_UP;
  leaving = setInterval(() => {
    if (!isAnswered() && Date.now() < until) return;
    clearInterval(leaving);
    newest = 0;
    kept = [];
    link.click();
  }, 50);
}

function onClick(event) {
  const link = event.target.closest(LINKS);
  if (event.isTrusted && link !== null && isListening() && !isAnswered()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    leave(link);
    return;
  }
  const key = Object.keys(keys).find((name) => event.target.closest(`.${keys[name]} button`) !== null);
  if (key !== undefined) keep(event, key);
}

// Before anything else on the page hears of them.
window.addEventListener("keydown", onKey, true);
window.addEventListener("click", onClick, true);

export default function ({ data, setStateValue }) {
  if (data.turn !== turn) {
    kept = [];
    newest = 0;
  }
  turn = data.turn;
  keys = data.keys;
  document.documentElement.dataset.keys = "kept"; // the page shows the buttons from now on (page.css)
  kept = kept.filter(([number]) => number > data.handled);
  const mine = () => setStateValue("pressed", { turn, pressed: kept });
  send = mine;
  return () => {
    if (send === mine) send = null;
  };
}
