// Where the connection breaks while a page is drawn, some of what the server sends is lost. What comes afterwards may
// stand in parts that are not there then: Streamlit fails at it and leaves an empty window.
const PATIENCE = 1000; // ms; doubled from time to time: a page that fails at every load would never come to rest
const MOST = 5;
const FORGET = 120000; // ms after which a page that goes blank does so for a cause of its own
const KEY = "filmlab-reloads";
let givenUp = "";

const root = document.getElementById("root");
const isBlank = () => root.childElementCount === 0;
let waits = false;

window.addEventListener("error", () => {
  if (waits) return;
  waits = true;
  const [times, last] = JSON.parse(sessionStorage.getItem(KEY) ?? "[0, 0]");
  const count = Date.now() - last < FORGET ? times : 0;
  setTimeout(() => {
    waits = false;
    if (!isBlank()) return;
    if (count === MOST) {
      root.textContent = givenUp;
      return;
    }
    sessionStorage.setItem(KEY, JSON.stringify([count + 1, Date.now()]));
    location.reload();
  }, PATIENCE * 2 ** Math.min(count, MOST - 1));
});

export default function ({ data }) { givenUp = data; }
