// Where a station goes by itself once nobody is signed in there any more: a path of our own, right below the root.
export default function ({ data }) {
  window.location.replace(data.to);
}
