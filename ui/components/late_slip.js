/* Prints a sheet of its own and nothing else of the page. Text is only ever set as text. */

const STYLE = `
  @page { size: A4 landscape; margin: 10mm; }
  body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; font-size: 10pt; color: #000; margin: 0; }
  h1 { font-size: 14pt; margin: 0 0 2mm; }
  .line { display: flex; justify-content: space-between; margin-bottom: 3mm; gap: 8mm; }
  .day { min-width: 45mm; border-bottom: 0.3mm solid #000; }
  table { width: 100%; border-collapse: collapse; table-layout: fixed; }
  th, td { border: 0.3mm solid #000; padding: 1mm; text-align: center; font-weight: 600; font-size: 9pt; }
  th:first-child, td:first-child { width: 8mm; }
  td { height: 11mm; font-weight: 400; }
  .signed { display: flex; gap: 12mm; margin-top: 6mm; }
  .signed span { flex: 1; border-bottom: 0.3mm solid #000; padding-bottom: 1mm; }
`;

function sheet(page, data) {
  const add = (parent, tag, text = "", name = "") => {
    const made = parent.appendChild(page.createElement(tag));
    made.textContent = text;
    if (name) made.className = name;
    return made;
  };
  page.documentElement.lang = data.language;
  page.title = data.title;
  add(page.head, "style", STYLE);
  add(page.body, "h1", data.title);
  const line = add(page.body, "div", "", "line");
  add(line, "span", data.hall);
  add(line, "span", data.note);
  add(line, "span", data.day, "day");
  const table = add(page.body, "table");
  const head = add(table, "tr");
  for (const name of ["", ...data.heads]) add(head, "th", name);
  for (let number = 1; number <= data.lines; number += 1) {
    const row = add(table, "tr");
    add(row, "td", String(number));
    for (let cell = 0; cell < data.heads.length; cell += 1) add(row, "td");
  }
  const signed = add(page.body, "div", "", "signed");
  for (const name of data.signed) add(signed, "span", name);
}

export default function ({ parentElement, data }) {
  const said = JSON.parse(data);
  const button = parentElement.querySelector("button") || parentElement.appendChild(document.createElement("button"));
  button.type = "button";
  button.textContent = said.button;
  button.onclick = () => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    frame.className = "late-slip-sheet";
    frame.style.cssText = "position: fixed; left: -9999px; width: 297mm; height: 210mm; border: 0;";
    const page = frame.contentDocument;
    sheet(page, said);
    frame.contentWindow.addEventListener("afterprint", () => frame.remove());
    frame.contentWindow.print();
  };
}
