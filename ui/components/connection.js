/* Says in both languages that the server is away, and since when, for as long as it is.
   Streamlit keeps the state of its connection at the application's root; nothing is asked of the server. */

const STATE = "data-test-connection-state";
const CONNECTED = "CONNECTED";
const PATIENCE = 1_000;

function clock(at) {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

export default function ({ parentElement, data }) {
  const app = document.querySelector(`[${STATE}]`);
  if (!app) return undefined;
  const banner = parentElement.querySelector(".lost") || parentElement.appendChild(document.createElement("div"));
  banner.className = "lost";
  banner.setAttribute("role", "alert");
  // The top layer: no table, menu or sidebar lies over it.
  banner.popover = "manual";
  banner.hidden = true;
  let lost = null;
  let timer = null;

  function show() {
    banner.replaceChildren(
      ...JSON.parse(data).map(({ lang, text }) => {
        const line = document.createElement("p");
        line.lang = lang;
        line.textContent = text.replace("{time}", clock(lost));
        return line;
      }),
    );
    banner.hidden = false;
    banner.showPopover?.();
  }

  function look() {
    if (app.getAttribute(STATE) === CONNECTED) {
      clearTimeout(timer);
      lost = timer = null;
      if (!banner.hidden) banner.hidePopover?.();
      banner.hidden = true;
    } else if (lost === null) {
      lost = new Date();
      timer = setTimeout(show, PATIENCE);
    }
  }

  const watch = new MutationObserver(look);
  watch.observe(app, { attributes: true, attributeFilter: [STATE] });
  look();
  return () => {
    watch.disconnect();
    clearTimeout(timer);
  };
}
