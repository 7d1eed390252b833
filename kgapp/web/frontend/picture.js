// What a page of connections loads: fetches the moving picture when it is asked for.
const button = document.querySelector("button[data-picture]");
button?.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const { draw } = await import("./moving-picture.js");
    const place = document.getElementById(button.dataset.picture);
    place.hidden = false;
    draw(place, document.querySelectorAll("[data-node]"));
    button.remove();
  } catch {
    button.disabled = false;
    button.textContent = button.dataset.failed;
  }
});
