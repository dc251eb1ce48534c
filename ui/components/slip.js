/* Prints a ticket's slip from a frame of its own, as wide as the printer's paper and as long as what stands on it.
   Text is only ever set as text. */

const PX_PER_MM = 96 / 25.4;
const printers = new WeakMap();

export default function ({ parentElement, data }) {
  const printer = kept(printers, parentElement, Printer);
  printer.take(JSON.parse(data));
}

function add(parent, tag, name, text) {
  const made = parent.ownerDocument.createElement(tag);
  made.className = name;
  made.textContent = text;
  parent.appendChild(made);
  return made;
}

class Printer {
  constructor(parent) {
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "print";
    this.button.addEventListener("click", () => this.print());
    parent.appendChild(this.button);
    this.printed = null;
  }

  take(said) {
    this.said = said;
    this.button.textContent = said.print;
    if (said.every && said.id !== this.printed) this.print();
  }

  print() {
    this.printed = this.said.id;
    document.querySelectorAll("iframe.ticket-slip").forEach((old) => old.remove());
    const frame = document.createElement("iframe");
    frame.className = "ticket-slip";
    frame.setAttribute("aria-hidden", "true");
    frame.tabIndex = -1;
    frame.style.cssText = `position:fixed;left:-1000px;top:0;border:0;width:${this.said.mm}mm;height:400mm;`;
    document.body.appendChild(frame);
    this.fill(frame.contentDocument);
    frame.contentWindow.focus();
    frame.contentWindow.print();
  }

  fill(page) {
    const { mm, lines } = this.said;
    const style = page.head.appendChild(page.createElement("style"));
    const looks = `
      * { margin: 0; padding: 0; box-sizing: border-box; }
      body { width: ${mm}mm; padding: 3mm ${mm > 60 ? 4 : 5}mm 6mm; color: #000; background: #fff; text-align: center;
        font-family: "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; font-size: ${mm > 60 ? 4 : 3.4}mm; line-height: 1.3; }
      p { overflow-wrap: anywhere; }
      .en { font-size: 0.78em; }
      .hall { font-size: 1.15em; font-weight: 700; }
      .number { font-size: ${mm > 60 ? 17 : 13}mm; font-weight: 700; line-height: 1.15; margin: 1mm 0; }
      .business { font-size: 1.2em; font-weight: 700; }
      .before { margin-top: 1.5mm; }
      .rule { border-top: 0.3mm dashed #000; margin: 2mm 0; }`;
    style.textContent = looks;
    for (const line of lines) add(page.body, "p", line.look, line.text).lang = line.lang;
    const long = Math.ceil(page.body.getBoundingClientRect().height / PX_PER_MM) + 1;
    style.textContent = `@page { size: ${mm}mm ${Math.max(long, mm + 1)}mm; margin: 0; } ${looks}`;
  }
}
