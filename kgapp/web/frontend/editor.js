// What a page with a query form loads: fetches the editor when somebody reaches for the field or for its tools, or,
// where there are none, when it is asked for. What was typed, or is being composed, before it came is kept.
const coming = new Map();

function bring(field) {
  if (!coming.has(field)) {
    const loading = import("./query-editor.js")
      .then(async ({ edit }) => {
        if (composing.has(field)) await new Promise((done) => field.addEventListener("compositionend", () => setTimeout(done, 50), { once: true }));
        return edit(field, { focus: field.matches(":focus") });
      })
      .catch((error) => (coming.delete(field), Promise.reject(error)));
    coming.set(field, loading);
  }
  return coming.get(field);
}

const composing = new Set();
for (const field of document.querySelectorAll("textarea[data-workbench]")) {
  field.addEventListener("compositionstart", () => composing.add(field));
  field.addEventListener("compositionend", () => composing.delete(field));
  for (const reach of ["focus", "pointerenter", "touchstart"])
    field.addEventListener(reach, () => bring(field).catch(() => {}), { passive: true });
  if (field.matches(":focus")) bring(field).catch(() => {});
}
// Proxies and servers cut long addresses: such a query is posted, and a short one is in its answer's address.
const LONGEST_ADDRESS = 6000;
for (const field of document.querySelectorAll("textarea[data-workbench]"))
  field.form.addEventListener("submit", ({ target }) => {
    target.method = new URLSearchParams(new FormData(target)).toString().length > LONGEST_ADDRESS ? "post" : "get";
  });
for (const button of document.querySelectorAll("button[data-editor-do]")) {
  const field = document.getElementById(button.dataset.field);
  const told = document.getElementById(field.dataset.told);
  button.addEventListener("click", async () => {
    try {
      const editor = await bring(field);
      await editor[button.dataset.editorDo](document.getElementById(button.dataset.with)?.value);
    } catch {
      told.textContent = told.dataset.failed;
    }
  });
}
for (const button of document.querySelectorAll("button[data-opens]"))
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
for (const button of document.querySelectorAll("button[data-editor-for]")) {
  const field = document.getElementById(button.dataset.editorFor);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const editor = await bring(field);
      editor.view.focus();
      button.remove();
    } catch {
      button.disabled = false;
      button.textContent = button.dataset.failed;
    }
  });
}
