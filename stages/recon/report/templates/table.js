// The leaderboard: headings become buttons that sort, and rows near one rate can be picked.
const table = document.getElementById("board");
const body = table.tBodies[0];
const headings = [...table.tHead.rows[0].cells];

// Numbers by value, all else as text; empty cells come last whichever way.
function compare(one, other, direction) {
  if (one === "" || other === "") return (one === "") - (other === "");
  const [a, b] = [Number(one), Number(other)];
  return direction * (isNaN(a) || isNaN(b) ? one.localeCompare(other) : a - b);
}

function sort(heading) {
  const column = headings.indexOf(heading);
  const first = heading.classList.contains("number") ? "descending" : "ascending";
  const other = { ascending: "descending", descending: "ascending" };
  const order = heading.hasAttribute("aria-sort") ? other[heading.getAttribute("aria-sort")] : first;
  const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const direction = order === "ascending" ? 1 : -1;
  const rows = [...body.rows].sort((a, b) => compare(value(a), value(b), direction));
  body.append(...rows);
  headings.forEach((cell) => cell.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", order);
}

function pick() {
  const near = document.querySelector("#table-rows input:checked").value;
  for (const row of body.rows) {
    row.hidden = near !== "" && !row.dataset.near.split("|").includes(near);
  }
}

for (const heading of headings) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  button.addEventListener("click", () => sort(heading));
  heading.append(button);
}
document.getElementById("table-rows").addEventListener("change", pick);
pick();
