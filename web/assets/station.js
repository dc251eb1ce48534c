/* The page of a counter's station works without this; with it digits are taken wherever the focus is, + and - (and the
   arrows up and down) choose the person, and a pad on the screen types for fingers. */
import { drawPad } from "./pad.js";

const form = document.getElementById("sign-on");
const LONGEST = 8;

if (form) {
  const pin = form.elements.pin;
  const people = [...form.querySelectorAll("input[name='person']")];
  drawPad(form.querySelector(".digits"), (digit) => {
    if (digit) type(digit);
    else pin.value = pin.value.slice(0, -1);
  });
  form.querySelector(".keys").hidden = false;
  for (const person of people) person.addEventListener("change", () => pin.focus());
  document.addEventListener("keydown", press);
  pin.focus();

  function press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const numpad = /^Numpad(\d)$/.exec(event.code); // by where it sits: NumLock plays no part
    const step = numpad ? 0 : { "+": 1, "-": -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      choose(step);
    } else if (numpad || (/^[0-9]$/.test(event.key) && document.activeElement !== pin)) {
      event.preventDefault();
      if (!event.repeat) type(numpad ? numpad[1] : event.key);
    } else if (event.code === "NumpadEnter" || (event.key === "Enter" && document.activeElement === document.body)) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  function choose(step) {
    if (!people.length) return;
    const now = people.findIndex((person) => person.checked);
    const next = people[(now + step + people.length) % people.length];
    next.checked = true;
    const folded = next.closest("details");
    if (folded) folded.open = true;
    next.parentElement.scrollIntoView({ block: "nearest" });
    pin.focus();
  }

  function type(digit) {
    if (pin.value.length < LONGEST) pin.value += digit;
    pin.focus();
  }
}
