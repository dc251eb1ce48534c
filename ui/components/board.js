/* The live board: patches its own elements, lets the clocks go on between refreshes, says when it is out of date.
   Text is only ever set as text. */

const STALE_AFTER = 10_000;
const TICK = 500;
const CARD_EMS = 9.2;
const DENSE_FROM = 12;
const boards = new WeakMap();

export default function ({ parentElement, data }) {
  const board = kept(boards, parentElement, Board);
  const turn = board.take(data);
  return () => board.rest(turn);
}

/* What says nothing takes no place. */
function say(target, text) {
  put(target, text);
  target.hidden = !text;
}

function mark(target, name, value) {
  if (target.dataset[name] !== value) target.dataset[name] = value;
}

/* One child an item, kept by its id and moved only where the order has changed. */
function patch(parent, items, make, fill) {
  const known = parent.known || (parent.known = new Map());
  const wanted = new Set(items.map((item) => String(item.id)));
  for (const [id, child] of known) {
    if (!wanted.has(id)) {
      child.root.remove();
      known.delete(id);
    }
  }
  items.forEach((item, place) => {
    const id = String(item.id);
    if (!known.has(id)) known.set(id, make());
    const child = known.get(id);
    if (parent.children[place] !== child.root) parent.insertBefore(child.root, parent.children[place] || null);
    fill(child, item);
  });
  parent.hidden = items.length === 0;
}

class Board {
  constructor(parent) {
    const frame = element("div", "frame", parent);
    const root = element("div", "board", frame);
    this.root = root;
    const top = element("header", "top", root);
    this.hall = element("h2", "hall", top);
    this.asOf = element("span", "as-of", top);
    this.stale = element("div", "stale", root);
    this.stale.setAttribute("role", "status");
    this.stale.hidden = true;
    const headline = element("section", "headline", root);
    this.parts = element("p", "parts", headline);
    this.suggestion = element("p", "suggestion", headline);
    const counters = element("section", "counters", root);
    this.countersTitle = element("h3", "title", counters);
    this.cards = element("div", "cards", counters);
    this.countersEmpty = element("p", "empty", counters);
    const columns = element("div", "columns", root);
    this.makeWaiting(element("section", "waiting", columns));
    const today = element("section", "today", columns);
    this.todayTitle = element("h3", "title", today);
    this.shares = element("div", "shares", today);
    this.without = element("p", "more", today);
    this.sizes = new ResizeObserver(() => this.spread());
    this.sizes.observe(this.cards);
    this.turn = 0;
    this.timer = null;
    this.offset = null;
  }

  makeWaiting(section) {
    this.waitingTitle = element("h3", "title", section);
    this.queue = element("div", "rows", section);
    this.more = element("p", "more", section);
    this.nobody = element("p", "empty", section);
    this.awayTitle = element("h3", "title", section);
    this.away = element("div", "rows", section);
    this.promisesTitle = element("h3", "title", section);
    this.promises = element("div", "rows", section);
  }

  /* The server's time by this browser's steady clock; small lags of the line don't set the clocks back. */
  settle(now) {
    const offset = now - performance.now();
    const near = this.offset !== null && Math.abs(offset - this.offset) < 3000;
    this.offset = near ? Math.max(offset, this.offset - 20) : offset;
  }

  now() {
    return performance.now() + this.offset;
  }

  take(data) {
    const said = JSON.parse(data.board);
    if (!this.said || said.as_of !== this.said.as_of) this.freshAt = performance.now();
    this.settle(data.now);
    this.said = said;
    this.clocks = [];
    this.draw(said);
    this.tick();
    if (this.timer === null) this.timer = setInterval(() => this.tick(), TICK);
    this.turn += 1;
    return this.turn;
  }

  rest(turn) {
    if (turn !== this.turn) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  draw(said) {
    say(this.hall, said.hall);
    say(this.asOf, said.as_of_words);
    say(this.suggestion, said.headline.suggestion);
    const parts = said.headline.parts.map((part, place) => ({ id: place, ...part }));
    patch(this.parts, parts, () => ({ root: element("span", "part") }), (child, part) => this.fillPart(child, part));
    say(this.countersTitle, said.counters.title);
    say(this.countersEmpty, said.counters.cards.length ? "" : said.counters.empty);
    patch(this.cards, said.counters.cards, makeCard, (child, card) => this.fillCard(child, card));
    this.spread();
    this.drawWaiting(said.waiting);
    say(this.todayTitle, said.today.title);
    patch(this.shares, said.today.cards, makeShare, fillShare);
    say(this.without, said.today.without);
  }

  /* As many rows of counters as are needed, each as full as the others. */
  spread() {
    const count = this.cards.children.length;
    mark(this.cards, "dense", String(count > DENSE_FROM));
    const narrowest = CARD_EMS * parseFloat(getComputedStyle(this.cards).fontSize);
    const most = Math.max(2, Math.floor(this.cards.clientWidth / narrowest));
    const columns = String(Math.max(Math.min(most, 4), Math.ceil(count / Math.ceil(count / most)) || 1));
    if (this.cards.style.getPropertyValue("--columns") !== columns) this.cards.style.setProperty("--columns", columns);
  }

  drawWaiting(waiting) {
    const fill = (child, row) => this.fillRow(child, row);
    say(this.waitingTitle, waiting.title);
    say(this.more, waiting.more);
    say(this.nobody, waiting.rows.length ? "" : waiting.empty);
    say(this.awayTitle, waiting.away.length ? waiting.away_title : "");
    say(this.promisesTitle, waiting.promises.length ? waiting.promises_title : "");
    patch(this.queue, waiting.rows, makeRow, fill);
    patch(this.away, waiting.away, makeRow, fill);
    patch(this.promises, waiting.promises, makeRow, fill);
  }

  fillPart(child, part) {
    if (!part.clock) {
      say(child.root, part.text);
      mark(child.root, "tone", part.tone);
      return;
    }
    this.clocks.push((now) => {
      say(child.root, part.text.replace("{clock}", this.up(taken(part.clock, now))));
      mark(child.root, "tone", standing(part.clock, now));
    });
  }

  fillCard(child, card) {
    mark(child.root, "tone", card.tone);
    say(child.number, card.number);
    say(child.state, card.state);
    say(child.who, card.who);
    say(child.staff, card.staff);
    say(child.note, card.note);
    if (card.note_clock) {
      this.clocks.push((now) => say(child.note, card.note.replace("{clock}", this.up(taken(card.note_clock, now)))));
    }
    if (!card.clock) {
      for (const part of [child.taken, child.left]) say(part, "");
      child.bar.hidden = true;
      mark(child.root, "near", "none");
      return;
    }
    this.clocks.push((now) => this.run(child, card.clock, now));
  }

  fillRow(child, row) {
    say(child.ticket, row.ticket);
    say(child.note, row.note);
    if (row.due) {
      child.bar.hidden = true;
      say(child.taken, "");
      this.clocks.push((now) => {
        const left = row.due - now;
        say(child.left, left < 0 ? this.over("late", -left) : this.still(left));
        mark(child.root, "near", left < 0 ? "over" : "soon");
      });
      return;
    }
    this.clocks.push((now) => this.run(child, row.clock, now));
  }

  run(child, clock, now) {
    const spent = taken(clock, now);
    const near = standing(clock, now);
    mark(child.root, "near", near);
    say(child.taken, this.up(spent));
    child.bar.hidden = clock.limit === null;
    if (clock.limit === null) {
      say(child.left, "");
      return;
    }
    const left = clock.limit - spent;
    say(child.left, left < 0 ? this.over(clock.of_mean ? "past_mean" : "over", -left) : this.still(left));
    child.fill.style.width = `${Math.min(100, (100 * spent) / clock.limit)}%`;
  }

  over(kind, time) {
    return this.said.texts[kind].replace("{time}", this.up(time));
  }

  still(time) {
    return this.said.texts.left.replace("{time}", this.time(Math.floor(time / 1000)));
  }

  /* A time that was taken is rounded up, so that it never reads as the limit it has passed. */
  up(time) {
    return this.time(Math.ceil(time / 1000));
  }

  time(all) {
    const texts = this.said.texts;
    const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
    const two = (number) => String(number).padStart(2, "0");
    const text = hours ? texts.hours : minutes ? texts.minutes : texts.seconds;
    // No line breaks between a number and its unit.
    return text
      .replaceAll(" ", "\u00a0")
      .replace("{hours}", hours)
      .replace("{minutes}", hours ? two(minutes) : minutes)
      .replace("{seconds}", hours || minutes ? two(seconds) : seconds);
  }

  tick() {
    if (!this.root.isConnected) return;
    const stale = performance.now() - this.freshAt > STALE_AFTER;
    say(this.stale, stale ? this.said.stale_words : "");
    mark(this.root, "stale", String(stale));
    if (stale) return;
    const now = this.now();
    for (const clock of this.clocks) clock(now);
  }
}

function taken(clock, now) {
  return Math.max(0, (clock.stop === null ? now : clock.stop) - clock.from);
}

function standing(clock, now) {
  if (clock.limit === null) return "none";
  const left = clock.limit - taken(clock, now);
  if (left < 0) return clock.of_mean ? "past_mean" : "over";
  return left <= clock.soon ? "soon" : "within";
}

function makeCard() {
  const root = element("article", "card");
  const head = element("div", "head", root);
  const child = { root, number: element("span", "number", head), state: element("span", "state", head) };
  child.who = element("div", "who", root);
  child.staff = element("div", "staff", root);
  child.taken = element("div", "taken", root);
  child.bar = element("div", "bar", root);
  child.fill = element("i", "fill", child.bar);
  child.left = element("div", "left", root);
  child.note = element("div", "note", root);
  return child;
}

function makeRow() {
  const root = element("div", "row");
  const child = { root, ticket: element("span", "ticket", root), note: element("span", "note", root) };
  child.taken = element("span", "taken", root);
  child.left = element("span", "left", root);
  child.bar = element("div", "bar", root);
  child.fill = element("i", "fill", child.bar);
  return child;
}

function makeShare() {
  const root = element("article", "share");
  const child = { root, name: element("div", "name", root) };
  const line = element("div", "line", root);
  child.value = element("span", "value", line);
  child.word = element("span", "word", line);
  child.scale = element("div", "scale", root);
  child.band = element("i", "band", child.scale);
  child.dot = element("i", "dot", child.scale);
  child.aim = element("i", "aim", child.scale);
  const facts = element("div", "facts", root);
  for (const name of ["sample", "interval", "target", "source"]) child[name] = element("span", "fact", facts);
  return child;
}

function fillShare(child, share) {
  mark(child.root, "tone", share.tone);
  for (const name of ["name", "value", "word", "sample", "interval", "target", "source"]) say(child[name], share[name]);
  child.scale.hidden = !share.bar;
  if (!share.bar) return;
  child.band.style.left = `${100 * share.bar.low}%`;
  child.band.style.width = `${100 * (share.bar.high - share.bar.low)}%`;
  child.dot.style.left = `${100 * share.bar.share}%`;
  child.aim.style.left = `${100 * share.bar.target}%`;
}
