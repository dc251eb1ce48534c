/* A pad of digits on the screen, for fingers: `press` is told the digit, or "" to rub one out. */
const RUB_OUT = "⌫";

export function drawPad(pad, press) {
  for (const face of ["7", "8", "9", "4", "5", "6", "1", "2", "3", "", "0", RUB_OUT]) {
    const key = pad.appendChild(document.createElement(face ? "button" : "span"));
    if (!face) continue;
    key.type = "button";
    key.textContent = face;
    if (face === RUB_OUT) key.setAttribute("aria-label", pad.dataset.rubOut);
    key.addEventListener("click", () => press(face === RUB_OUT ? "" : face));
  }
  pad.hidden = false;
}
