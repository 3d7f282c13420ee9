// Where the connection breaks while a page is drawn, some of what the server sends is lost. What comes afterwards may
// stand in parts that are not there then: Streamlit fails at it and leaves an empty window.
const PATIENCE = 1000; // ms

window.addEventListener("error", () => setTimeout(() => {
  if (document.getElementById("root").childElementCount === 0) location.reload();
}, PATIENCE));

export default function () {}
