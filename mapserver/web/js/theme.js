// Dark or light, as chosen on this device. Loaded before the page is drawn, so that it does not flash.

const KEY = "vanagas-theme";
document.documentElement.dataset.theme = localStorage.getItem(KEY) ?? "dark";

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element && event.target.closest("[data-theme-switch]"))) return;
  localStorage.setItem(KEY, document.documentElement.dataset.theme === "light" ? "dark" : "light");
  location.reload(); // the map takes its colours once, when it is made
});
