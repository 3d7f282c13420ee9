// Plots and tables are drawn for the screen's width, and are not drawn anew for paper: what is wider is made smaller.
const WIDTH = 710; // pixels across an upright sheet of A4 within a browser's margins
const DRAWN = "[data-testid=stPlotlyChart], [data-testid=stDataFrame]";
let before = [];

window.addEventListener("beforeprint", () => {
  const isDark = getComputedStyle(document.querySelector(".stApp")).colorScheme === "dark";
  document.documentElement.dataset.printed = isDark ? "turned" : "as-it-is";
  const drawn = [...document.querySelectorAll(DRAWN)].map((element) => [element, element.offsetWidth]);
  before = drawn.map(([element]) => [element, element.style.cssText]);
  for (const [element, width] of drawn) {
    element.style.setProperty("width", `${width}px`, "important");
    element.style.zoom = Math.min(1, WIDTH / width);
  }
});

window.addEventListener("afterprint", () => {
  for (const [element, style] of before) element.style.cssText = style;
  before = [];
});

document.documentElement.dataset.printing = "prepared"; // whoever drives a browser can wait for it

export default function () {}
