// Dark or light: as the system says, until the button is pressed.
const root = document.documentElement;
const button = document.querySelector(".theme");
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
const tell = () => button.setAttribute("aria-pressed", isDark());

button.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  tell();
});
system.addEventListener("change", tell);
tell();
