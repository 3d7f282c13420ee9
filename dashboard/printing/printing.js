// Plots and tables are drawn for the screen's width, and are not drawn anew for paper: what is wider is made smaller.
const WIDTH = 710; // pixels across an upright sheet of A4 within a browser's margins
const DRAWN = "[data-testid=stPlotlyChart], [data-testid=stDataFrame]";
const GRID = ".dvn-scroller"; // what scrolls in a table
let before = [];
let cut = "";

window.addEventListener("beforeprint", () => {
  const isDark = getComputedStyle(document.querySelector(".stApp")).colorScheme === "dark";
  document.documentElement.dataset.printed = isDark ? "turned" : "as-it-is";
  const drawn = [...document.querySelectorAll(DRAWN)].map((element) => [element, element.offsetWidth]);
  before = drawn.map(([element]) => [element, element.style.cssText]);
  for (const [element, width] of drawn) {
    const grid = element.querySelector(GRID);
    // What is not on the screen is not drawn: it cannot be printed, but nobody shall take the rest for the whole.
    if (grid && (grid.scrollWidth > grid.clientWidth + 1 || grid.scrollHeight > grid.clientHeight + 1)) {
      element.insertAdjacentHTML("afterend", "<p data-printing=cut></p>");
      element.nextSibling.textContent = cut;
    }
    element.style.setProperty("width", `${width}px`, "important");
    element.style.zoom = Math.min(1, WIDTH / width);
  }
});

window.addEventListener("afterprint", () => {
  for (const [element, style] of before) element.style.cssText = style;
  before = [];
  document.querySelectorAll("[data-printing=cut]").forEach((note) => note.remove());
});

document.documentElement.dataset.printing = "prepared"; // whoever drives a browser can wait for it

export default function ({ data }) { cut = data; }
