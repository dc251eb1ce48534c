/* What every component's script may use; it stands before each. Text is only ever set as text. */

function element(tag, name, parent) {
  const made = document.createElement(tag);
  made.className = name;
  if (parent) parent.appendChild(made);
  return made;
}

function put(target, text) {
  const said = text || "";
  if (target.textContent !== said) target.textContent = said;
}

/* One object a mounted component: what it remembers lives as long as the place it is drawn in. */
function kept(store, parent, Kind) {
  if (!store.has(parent)) store.set(parent, new Kind(parent));
  return store.get(parent);
}

