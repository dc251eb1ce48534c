/* The page to set a PIN works without this; with it a pad on the screen types into the field that was last touched, for
   a station that has no keyboard. */
"use strict";

const form = document.getElementById("set-pin");

if (form) {
  const LONGEST = 8;
  const fields = [...form.querySelectorAll("input[type='password']")];
  const pad = form.querySelector(".digits");
  let field = fields.find((one) => one.autofocus) || fields[0];
  for (const one of fields) one.addEventListener("focus", () => (field = one));
  for (const face of ["7", "8", "9", "4", "5", "6", "1", "2", "3", "", "0", "⌫"]) {
    const key = pad.appendChild(document.createElement(face ? "button" : "span"));
    if (!face) continue;
    key.type = "button";
    key.textContent = face;
    if (face === "⌫") key.setAttribute("aria-label", pad.dataset.rubOut);
    key.addEventListener("click", () => press(face));
  }
  pad.hidden = false;

  function press(face) {
    if (face === "⌫") field.value = field.value.slice(0, -1);
    else if (field.value.length < LONGEST) field.value += face;
    field.focus();
  }
}
