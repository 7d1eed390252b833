// Copies what stands beside a button. Without HTTPS a browser has no clipboard for scripts: then the older
// command is tried, and where that fails too the words stay selected for the keyboard.
let told;

function select(place) {
  const range = document.createRange();
  range.selectNodeContents(place);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copied(place) {
  try {
    await navigator.clipboard.writeText(place.textContent);
    return true;
  } catch {
    select(place);
    // A selection loses the line break at its end.
    const write = (event) => {
      event.clipboardData.setData("text/plain", place.textContent);
      event.preventDefault();
    };
    document.addEventListener("copy", write, { once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", write);
    if (done) getSelection().removeAllRanges();
    return done;
  }
}

for (const button of document.querySelectorAll("button[data-copies]"))
  button.addEventListener("click", async () => {
    const place = document.getElementById(button.dataset.copies);
    const status = button.nextElementSibling;
    if (told) told.textContent = "";
    told = status;
    const done = await copied(place);
    // Put in after it was emptied, so that a second time is said, too.
    requestAnimationFrame(() => {
      status.textContent = done ? button.dataset.copied : button.dataset.selected;
    });
  });
