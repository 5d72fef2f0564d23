// Before and after: two pictures of a gallery laid over each other, and a loupe on one spot of all of them.
const template = document.getElementById("compare");

function compare(gallery) {
  const widget = template.content.cloneNode(true).firstElementChild;
  const find = (selector) => widget.querySelector(selector);
  const shots = [...gallery.querySelectorAll("figure")].map((figure) => ({
    method: figure.dataset.method,
    title: figure.dataset.title,
    groups: figure.dataset.groups.split("|"),
    caption: figure.querySelector(".caption").textContent,
    image: figure.querySelector("img"),
  }));
  const [width, height] = ["width", "height"].map((name) => Number(shots[0].image.getAttribute(name)));
  const stage = find(".stage");
  const slide = find(".slide");
  const frame = find(".frame");
  const spot = { row: Number(gallery.dataset.row), column: Number(gallery.dataset.column) };
  let group = gallery.dataset.group;

  const order = [...new Set(shots.map((shot) => shot.method))];
  const rank = (shot) => order.indexOf(shot.method);
  const here = () => shots.filter((shot) => shot.groups.includes(group)).sort((a, b) => rank(a) - rank(b));
  const side = () => Math.min(Number(find(".pick-side").value), width, height);
  const picked = (which) => here().find((shot) => shot.method === find(`.pick-${which}`).value);

  function fillGroups() {
    const name = `group-${gallery.parentElement.id}`;
    for (const label of [...new Set(shots.flatMap((shot) => shot.groups))]) {
      const radio = Object.assign(document.createElement("input"), { type: "radio", name, value: label });
      radio.checked = label === group;
      const text = Object.assign(document.createElement("span"), { textContent: label });
      const item = document.createElement("label");
      item.append(radio, text);
      find(".groups").append(item);
    }
  }

  function fillPicks(which, wanted) {
    const options = here().map((shot) => new Option(shot.title, shot.method));
    const select = find(`.pick-${which}`);
    select.replaceChildren(...options);
    select.value = wanted;
    if (select.value !== wanted) select.selectedIndex = options.length - 1;
  }

  function fillLoupes() {
    const tiles = here().map((shot) => {
      const tile = Object.assign(document.createElement("button"), { type: "button", className: "tile" });
      const canvas = Object.assign(document.createElement("canvas"), { width: 192, height: 192 });
      const name = Object.assign(document.createElement("strong"), { textContent: shot.title });
      const caption = document.createElement("span");
      // A long setting breaks before its value, not within it.
      for (const part of shot.caption.split(/(?<=[=,])/)) caption.append(part, document.createElement("wbr"));
      tile.append(canvas, name, caption);
      tile.title = `Put ${shot.title} on the right`;
      tile.addEventListener("click", () => {
        find(".pick-right").value = shot.method;
        showPair();
      });
      return Object.assign(tile, { shot, canvas });
    });
    find(".loupes").replaceChildren(...tiles);
  }

  function showPair() {
    for (const which of ["left", "right"]) {
      const shot = picked(which);
      find(`img.${which}`).src = shot.image.src;
      find(`img.${which}`).alt = shot.image.alt;
      find(`.tag.${which}`).textContent = shot.title;
    }
    slide.setAttribute("aria-label", `From ${picked("left").title} on the left to ${picked("right").title} on the right`);
    for (const tile of find(".loupes").children) {
      tile.setAttribute("aria-pressed", tile.shot === picked("right"));
    }
  }

  function showSpot() {
    const half = side() / 2;
    spot.row = Math.round(Math.min(Math.max(spot.row, half), height - half));
    spot.column = Math.round(Math.min(Math.max(spot.column, half), width - half));
    const [top, left] = [spot.row - half, spot.column - half];
    Object.assign(frame.style, {
      top: `${(100 * top) / height}%`, left: `${(100 * left) / width}%`,
      width: `${(100 * side()) / width}%`, height: `${(100 * side()) / height}%`,
    });
    frame.setAttribute("aria-label", `Loupe at row ${spot.row}, column ${spot.column}; the arrow keys move it`);
    for (const { shot, canvas } of find(".loupes").children) {
      const context = canvas.getContext("2d");
      context.imageSmoothingEnabled = false;
      context.drawImage(shot.image, left, top, side(), side(), 0, 0, canvas.width, canvas.height);
    }
  }

  function divide() {
    stage.style.setProperty("--at", `${slide.value}%`);
    slide.setAttribute("aria-valuetext", `${Math.round(slide.value)} percent ${picked("left").title}`);
  }

  function regroup() {
    fillPicks("left", find(".pick-left").value || gallery.dataset.left);
    fillPicks("right", find(".pick-right").value || gallery.dataset.right);
    fillLoupes();
    showPair();
    divide();
    showSpot();
  }

  function follow(event) {
    const box = stage.getBoundingClientRect();
    spot.row = ((event.clientY - box.top) / box.height) * height;
    spot.column = ((event.clientX - box.left) / box.width) * width;
    requestAnimationFrame(showSpot);
  }

  function step(event) {
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
    if (down === undefined) return;
    event.preventDefault();
    spot.row += 4 * down;
    spot.column += 4 * right;
    showSpot();
  }

  stage.style.setProperty("--width", width);
  stage.style.setProperty("--height", height);
  fillGroups();
  find(".groups").addEventListener("change", (event) => {
    group = event.target.value;
    regroup();
  });
  find(".pick-left").addEventListener("change", () => (showPair(), divide()));
  find(".pick-right").addEventListener("change", showPair);
  find(".pick-side").addEventListener("change", showSpot);
  slide.addEventListener("input", divide);
  stage.addEventListener("pointermove", follow);
  frame.addEventListener("keydown", step);
  gallery.before(widget);
  gallery.open = false;
  Promise.all(shots.map((shot) => shot.image.decode())).then(regroup);
}

document.querySelectorAll(".gallery").forEach(compare);
