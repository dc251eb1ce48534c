/* The number pad alone is enough: a key presses the button on the screen that has its meaning, so that all that keeps a
   press from counting twice stays as it is. `*` and `/` begin a number, Enter ends it, `-` drops it.
   Keys are known by where they sit (event.code), so that NumLock plays no part. */

const FIELDS = "input, textarea, select, [contenteditable='true'], [role='combobox'], [role='spinbutton']";
const LONGEST = 6;
const pads = new WeakMap();

class NumberPad {
  constructor(parent) {
    this.box = parent.appendChild(document.createElement("div"));
    this.box.className = "typing";
    this.box.setAttribute("role", "status");
    this.key = null;
    this.listen = (event) => this.press(event);
    this.turn = 0;
    this.show();
  }

  take(data, send) {
    this.data = data;
    this.send = send;
    if (this.key !== null && !(this.key in data.begins)) this.drop();
    this.show();
    document.addEventListener("keydown", this.listen, true);
    this.turn += 1;
    return this.turn;
  }

  rest(turn) {
    if (turn === this.turn) document.removeEventListener("keydown", this.listen, true);
  }

  press(event) {
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!event.code.startsWith("Numpad") || !plain || inField()) return;
    const taken = this.key === null ? this.act(event) : this.type(event);
    if (!taken) return;
    // Neither a button that has the focus nor the page itself takes the key as well.
    event.preventDefault();
    event.stopPropagation();
  }

  act(event) {
    if (event.code in this.data.begins) {
      this.key = event.code;
      this.digits = "";
      this.show();
      return true;
    }
    if (!(event.code in this.data.presses)) return false;
    if (!event.repeat) button(this.data.presses[event.code])?.click();
    return true;
  }

  type(event) {
    const digit = /^Numpad(\d)$/.exec(event.code);
    if (digit) {
      if (!event.repeat && this.digits.length < LONGEST) this.digits += digit[1];
    } else if (event.code === "NumpadEnter") {
      if (this.digits) this.send("typed", { key: this.key, digits: this.digits, at: Date.now() });
      this.drop();
    } else if (event.code === "NumpadSubtract" || event.code in this.data.begins) {
      this.drop();
    }
    this.show();
    return true;
  }

  drop() {
    this.key = null;
  }

  show() {
    this.box.hidden = this.key === null;
    if (this.key !== null) this.box.textContent = `${this.data.begins[this.key]} ${this.digits || "…"} ⏎`;
  }
}

function inField() {
  const focused = document.activeElement;
  return focused !== null && focused.matches(FIELDS) && !focused.matches("[type='checkbox'], [type='radio']");
}

/* Of the buttons with these names the newest by the counter's version: one on its way out may linger on the screen. */
function button(names) {
  let best = null;
  let newest = -1;
  for (const name of names) {
    for (const box of document.querySelectorAll(`[class*="${name}"]`)) {
      const found = box.querySelector("button:not(:disabled)");
      const version = Number(box.className.split(name)[1].match(/^\d*/)[0]);
      if (found && found.offsetParent !== null && version > newest) [best, newest] = [found, version];
    }
  }
  return best;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const pad = kept(pads, parentElement, NumberPad);
  const turn = pad.take(data, setTriggerValue);
  return () => pad.rest(turn);
}
