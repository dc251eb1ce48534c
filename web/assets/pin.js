/* The page to set a PIN works without this; with it a pad on the screen types into the field that was last touched, for
   a station that has no keyboard. */
import { drawPad } from "./pad.js";

const form = document.getElementById("set-pin");

if (form) {
  const LONGEST = 8;
  const fields = [...form.querySelectorAll("input[type='password']")];
  let field = fields.find((one) => one.autofocus) || fields[0];
  for (const one of fields) one.addEventListener("focus", () => (field = one));
  drawPad(form.querySelector(".digits"), press);

  function press(digit) {
    if (!digit) field.value = field.value.slice(0, -1);
    else if (field.value.length < LONGEST) field.value += digit;
    field.focus();
  }
}
