// Tables: headings become buttons that sort, and rows of the leaderboard near one rate can be picked.

// Numbers by value, all else as text; empty cells come last whichever way.
function compare(one, other, direction) {
  if (one === "" || other === "") return (one === "") - (other === "");
  const [a, b] = [Number(one), Number(other)];
  return direction * (isNaN(a) || isNaN(b) ? one.localeCompare(other) : a - b);
}

function sort(table, heading) {
  const headings = [...table.tHead.rows[0].cells];
  const column = headings.indexOf(heading);
  const first = heading.classList.contains("number") ? "descending" : "ascending";
  const other = { ascending: "descending", descending: "ascending" };
  const order = other[heading.getAttribute("aria-sort")] ?? first;
  const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const direction = order === "ascending" ? 1 : -1;
  const body = table.tBodies[0];
  body.append(...[...body.rows].sort((a, b) => compare(value(a), value(b), direction)));
  headings.forEach((cell) => cell.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", order);
}

function pick() {
  const near = document.querySelector("#board-rows input:checked").value;
  for (const row of document.getElementById("board").tBodies[0].rows) {
    row.hidden = near !== "" && !row.dataset.near.split("|").includes(near);
  }
}

for (const table of document.querySelectorAll("table.sortable")) {
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, heading));
    heading.append(button);
  }
}
document.getElementById("board-rows").addEventListener("change", pick);
pick();
