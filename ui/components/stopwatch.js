// The visit at the counter with its running time. It only shows: every stamp is the server's.
const watches = new WeakMap();

// What was taken is rounded up and what is left down: a miss never reads as met.
const up = (milliseconds) => Math.ceil(milliseconds / 1000);
const down = (milliseconds) => Math.floor(milliseconds / 1000);

function inWords(seconds, data) {
  const minutes = Math.floor(seconds / 60);
  const form = minutes > 0 ? data.minutes_seconds : data.seconds;
  const rest = String(seconds % 60);
  return form.replace("{minutes}", minutes).replace("{seconds}", minutes > 0 ? rest.padStart(2, "0") : rest);
}

function clockFace(seconds) {
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

function draw(root, watch) {
  const { data, anchor } = watch;
  const elapsed = Math.max(0, data.elapsed_ms + (data.running ? performance.now() - anchor : 0));
  const box = root.querySelector(".watch");
  const part = (name) => root.querySelector(`.${name}`);
  part("clock").textContent = clockFace(up(elapsed));
  part("track").style.display = data.limit_ms === null ? "none" : "block";
  box.classList.toggle("still", !data.running);
  if (data.limit_ms === null) {
    part("left").textContent = "";
    return;
  }
  const left = data.limit_ms - elapsed;
  // A limit includes its own value: it is passed only after it.
  const over = left < 0;
  const words = over ? data.over : data.left;
  part("left").textContent = words.replace("{time}", inWords(over ? up(-left) : down(left), data));
  part("bar").style.width = `${Math.min(100, (100 * elapsed) / data.limit_ms)}%`;
  box.classList.toggle("near", !over && left < data.limit_ms / 4);
  box.classList.toggle("over", over);
}

export default function (component) {
  const root = component.parentElement;
  const data = component.data;
  for (const name of ["number", "business", "state", "marks"]) {
    root.querySelector(`.${name}`).textContent = data[name];
  }
  const watch = watches.get(root) ?? {};
  watch.data = data;
  watch.anchor = performance.now();
  watches.set(root, watch);
  clearInterval(watch.timer);
  watch.timer = setInterval(() => draw(root, watch), 250);
  draw(root, watch);
  return () => clearInterval(watch.timer);
}
