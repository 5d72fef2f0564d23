// Animations: as the system says, until their button is pressed. The still lies before them in <picture>.
const system = matchMedia("(prefers-reduced-motion: reduce)");

for (const button of document.querySelectorAll("button.motion")) {
  const still = button.closest("figure").querySelector("source");
  let moving = !system.matches;
  const tell = () => {
    still.media = moving ? "not all" : "all";
    button.textContent = moving ? "Pause" : "Play";
  };
  button.addEventListener("click", () => {
    moving = !moving;
    tell();
  });
  tell();
}
