/* The rating screen: five faces when a service ends, then the reasons, then thanks. Text is only ever set as text.
   Whoever pressed sees the next step when the server has stored the press, not before. */

const SVG = "http://www.w3.org/2000/svg";
const ANSWER_MS = 6000;
const screens = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const screen = kept(screens, parentElement, Screen);
  screen.send = setTriggerValue;
  screen.take(JSON.parse(data));
  return () => screen.rest();
}

function two(parent, words, tag, name) {
  const line = element(tag, name, parent);
  line.textContent = words[0];
  if (words[1] && words[1] !== words[0]) element("small", "", line).textContent = words[1];
  return line;
}

/* A face is drawn, not a letter of a font that a hall's machine may lack. */
function face(points) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 100 100");
  drawing.setAttribute("aria-hidden", "true");
  const shape = (name, values) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
    drawing.appendChild(made);
  };
  const line = { fill: "none", stroke: "currentColor", "stroke-width": 5, "stroke-linecap": "round" };
  shape("circle", { cx: 50, cy: 50, r: 44, ...line });
  shape("circle", { cx: 34, cy: 40, r: 5, fill: "currentColor" });
  shape("circle", { cx: 66, cy: 40, r: 5, fill: "currentColor" });
  const bend = { 5: 26, 4: 14, 3: 0, 2: -12, 1: -22 }[points];
  const height = 66 - bend / 4;
  shape("path", { d: `M 28 ${height} Q 50 ${height + bend} 72 ${height}`, ...line });
  return drawing;
}

class Screen {
  constructor(parent) {
    this.root = element("div", "rating", parent);
    this.root.setAttribute("role", "main");
    this.shown = null;
    this.chosen = new Set();
    this.timer = setInterval(() => this.tick(), 250);
  }

  take(said) {
    this.until = said.left_ms === null ? null : performance.now() + said.left_ms;
    const step = `${said.step}:${said.id}`;
    if (step !== this.shown) {
      this.shown = step;
      this.chosen.clear();
      this.draw(said);
    }
    if (this.timer === null) this.timer = setInterval(() => this.tick(), 250);
    this.said = said;
    this.tick();
  }

  rest() {
    clearInterval(this.timer);
    this.timer = null;
  }

  draw(said) {
    this.root.replaceChildren();
    const title = element("div", "", this.root);
    element("h1", "", title).textContent = said.title[0];
    element("p", "second", title).textContent = said.title[1];
    if (said.step === "ask") this.faces(said);
    if (said.step === "reasons") this.reasons(said);
    this.left = element("div", "left", this.root);
    this.trouble = element("div", "left", this.root);
    this.trouble.setAttribute("role", "status");
  }

  faces(said) {
    const row = element("div", "choices", this.root);
    for (const level of said.levels) {
      const button = element("button", "face", row);
      button.type = "button";
      button.appendChild(face(level.points));
      two(button, level.words, "span", "name");
      button.addEventListener("click", () => this.press({ id: said.id, level: level.value }));
    }
  }

  reasons(said) {
    const row = element("div", "choices", this.root);
    for (const tag of said.tags) {
      const button = element("button", "tag", row);
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      two(button, tag.words, "span", "name");
      button.addEventListener("click", () => {
        const taken = !this.chosen.delete(tag.value);
        if (taken) this.chosen.add(tag.value);
        button.setAttribute("aria-pressed", String(taken));
      });
    }
    const done = element("button", "done", this.root);
    done.type = "button";
    two(done, said.done, "span", "name");
    done.addEventListener("click", () => this.press({ id: said.id, tags: [...this.chosen] }));
  }

  press(answer) {
    const buttons = [...this.root.querySelectorAll("button")];
    const step = this.shown;
    buttons.forEach((button) => (button.disabled = true));
    this.send("press", answer);
    setTimeout(() => {
      if (this.shown !== step) return;
      buttons.forEach((button) => (button.disabled = false));
      this.trouble.textContent = this.said.trouble.join(" · ");
    }, ANSWER_MS);
  }

  tick() {
    if (!this.left || !this.said) return;
    const seconds = this.until === null ? 0 : Math.max(0, Math.ceil((this.until - performance.now()) / 1000));
    const words = this.said.left.map((text) => text.replace("{seconds}", String(seconds))).join(" · ");
    this.left.textContent = this.until === null || seconds === 0 ? "" : words;
  }
}
