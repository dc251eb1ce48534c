/* The customers' screen: who is called where, how long it takes, and a voice. Text is only ever set as text.
   Every call is spoken, one after the other, even those that came while the line was gone. */

const HIGHLIGHT_MS = 12_000;
const HANGS_MS = 20_000;
const BETWEEN_MS = 400;
const screens = new WeakMap();

export default function ({ parentElement, data }) {
  const screen = kept(screens, parentElement, Screen);
  const turn = screen.take(data);
  return () => screen.rest(turn);
}

/* Chinese, and the same in English smaller beneath. */
function two(parent, name) {
  const line = element("div", `two ${name}`, parent);
  const zh = element("span", "zh", line);
  const en = element("small", "en", line);
  zh.lang = "zh-CN";
  en.lang = "en";
  return (words) => {
    put(zh, words ? words[0] : "");
    put(en, words && words[1] !== words[0] ? words[1] : "");
    line.hidden = !words;
  };
}

/* One child an item, kept by its place. */
function patch(parent, items, make) {
  const children = parent.made || (parent.made = []);
  while (children.length < items.length) children.push(make(parent));
  while (children.length > items.length) children.pop().root.remove();
  items.forEach((item, place) => children[place].fill(item));
}

function makeCall(parent) {
  const root = element("div", "call", parent);
  const number = element("span", "number", root);
  element("span", "arrow", root).textContent = "→";
  const counter = two(root, "counter");
  return {
    root,
    fill(call) {
      put(number, call.ticket);
      counter(call.counter);
      root.dataset.long = String(call.ticket.length > 6);
      root.at = call.at;
    },
  };
}

function makeLast(parent) {
  const root = element("div", "past", parent);
  const number = element("span", "number", root);
  const counter = two(root, "counter");
  const time = element("span", "time", root);
  return {
    root,
    fill(call) {
      put(number, call.ticket);
      counter(call.counter);
      put(time, call.time);
    },
  };
}

function makeQueue(parent) {
  const root = element("div", "queue", parent);
  const name = two(root, "name");
  const waiting = element("span", "waiting", root);
  const expected = two(root, "expected");
  return {
    root,
    fill(queue) {
      name(queue.name);
      put(waiting, queue.waiting);
      expected(queue.expected);
    },
  };
}

function makeNotice(parent) {
  const root = element("div", "notice", parent);
  const words = two(root, "words");
  return {
    root,
    fill(notice) {
      root.dataset.kind = notice.failure ? "failure" : "notice";
      words(notice.words);
    },
  };
}

class Screen {
  constructor(parent) {
    const root = element("main", "wall", parent);
    this.root = root;
    const top = element("header", "top", root);
    this.hall = two(top, "hall");
    this.hours = two(top, "hours");
    this.clock = element("div", "clock", top);
    this.notices = element("section", "notices", root);
    this.notices.setAttribute("role", "status");
    const middle = element("div", "middle", root);
    const calls = element("section", "calls", middle);
    this.callsTitle = two(calls, "title");
    this.called = element("div", "called", calls);
    this.nobody = two(calls, "nobody");
    const last = element("section", "last", middle);
    this.lastTitle = two(last, "title");
    this.past = element("div", "pasts", last);
    const lines = element("section", "lines", middle);
    const head = element("div", "head", lines);
    this.queueTitle = two(head, "name");
    this.waitingTitle = two(head, "waiting");
    this.expectedTitle = two(head, "expected");
    this.queues = element("div", "queues", lines);
    this.queuesSection = lines;
    const foot = element("footer", "foot", root);
    this.button = element("button", "sound", foot);
    this.button.type = "button";
    this.buttonWords = two(this.button, "press");
    this.state = two(foot, "state");
    this.voice = new Voice(() => this.sayState());
    this.button.addEventListener("click", () => this.voice.begin());
    this.turn = 0;
    this.timer = null;
  }

  take(data) {
    const said = JSON.parse(data.screen);
    this.said = said;
    this.offset = data.now - performance.now();
    this.root.dataset.full = String(data.full);
    this.hall(said.hall);
    this.hours(said.hours);
    patch(this.notices, said.notices, makeNotice);
    this.notices.hidden = !said.notices.length;
    this.callsTitle(said.texts.called);
    patch(this.called, said.called, makeCall);
    this.nobody(said.called.length ? null : said.texts.nobody);
    this.lastTitle(said.texts.last);
    patch(this.past, said.last, makeLast);
    this.queueTitle(said.texts.queue);
    this.waitingTitle(said.texts.waiting);
    this.expectedTitle(said.texts.expected);
    patch(this.queues, said.queues, makeQueue);
    this.queuesSection.hidden = !said.queues.length;
    this.voice.hear(said.calls);
    this.sayState();
    this.tick();
    if (this.timer === null) this.timer = setInterval(() => this.tick(), 500);
    this.turn += 1;
    return this.turn;
  }

  rest(turn) {
    if (turn !== this.turn) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  sayState() {
    if (!this.said) return;
    const texts = this.said.texts;
    this.button.hidden = this.voice.on;
    this.buttonWords(this.voice.on ? null : texts.switch_on);
    if (!this.voice.on) this.state(texts.silent);
    else this.state(this.voice.chinese() ? texts.sound_on : texts.no_voice);
  }

  tick() {
    const now = performance.now() + this.offset;
    for (const child of this.called.children) child.dataset.fresh = String(now - child.at < HIGHLIGHT_MS);
    // The hall's time, whatever the clock and the zone of this machine.
    put(this.clock, new Date(now + this.said.zone_ms).toISOString().slice(11, 16));
  }
}

class Voice {
  constructor(changed) {
    this.changed = changed;
    this.on = false;
    this.heard = null;
    this.waiting = [];
    this.speaking = false;
    window.speechSynthesis?.addEventListener?.("voiceschanged", changed);
    // Where the browser asks for no gesture (a screen started for this), the sound is on by itself.
    this.sound = window.AudioContext ? new AudioContext() : null;
    this.sound?.addEventListener("statechange", () => this.allowed());
    this.allowed();
  }

  allowed() {
    if (this.sound?.state !== "running" || this.on) return;
    this.on = true;
    this.changed();
  }

  /* Browsers make no sound before somebody has pressed something. */
  begin() {
    this.on = true;
    this.sound?.resume();
    this.chime();
    this.changed();
  }

  chinese() {
    const voices = window.speechSynthesis?.getVoices?.() || [];
    const spoken = voices.filter((voice) => /^(zh|cmn)([-_](?!HK|TW)|$)/i.test(voice.lang));
    return spoken.find((voice) => voice.localService) || spoken[0] || null;
  }

  hear(calls) {
    const first = this.heard === null;
    if (first) this.heard = new Set();
    for (const call of calls) {
      if (this.heard.has(call.id)) continue;
      this.heard.add(call.id);
      if (!first && this.on) this.waiting.push(call.speech);
    }
    this.next();
  }

  async next() {
    if (this.speaking || !this.waiting.length) return;
    this.speaking = true;
    const speech = this.waiting.shift();
    try {
      await this.chime();
      await this.speak(speech);
      // A second time only where nobody else is kept from being called.
      if (!this.waiting.length) await this.speak(speech);
    } finally {
      this.speaking = false;
      this.next();
    }
  }

  speak(text) {
    const voice = this.chinese();
    if (!voice) return pause(BETWEEN_MS);
    return new Promise((done) => {
      const utterance = new SpeechSynthesisUtterance(text);
      const given = setTimeout(over, HANGS_MS);
      function over() {
        clearTimeout(given);
        setTimeout(done, BETWEEN_MS);
      }
      if (voice instanceof SpeechSynthesisVoice) utterance.voice = voice;
      utterance.lang = "zh-CN";
      utterance.rate = 0.9;
      utterance.onend = over;
      utterance.onerror = over;
      this.utterance = utterance; // kept, or some browsers drop it unheard
      window.speechSynthesis.speak(utterance);
    });
  }

  /* Two notes, the second lower. */
  chime() {
    if (!this.sound || this.sound.state !== "running") return Promise.resolve();
    [[784, 0], [587, 0.35]].forEach(([pitch, after]) => {
      const tone = this.sound.createOscillator();
      const loud = this.sound.createGain();
      const at = this.sound.currentTime + after;
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.0001, at);
      loud.gain.exponentialRampToValueAtTime(0.4, at + 0.03);
      loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.7);
      tone.connect(loud).connect(this.sound.destination);
      tone.start(at);
      tone.stop(at + 0.75);
    });
    return pause(1_000);
  }
}

function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
