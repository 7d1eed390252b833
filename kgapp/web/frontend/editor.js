// What a page with a query form loads: fetches the editor when it is asked for.
for (const button of document.querySelectorAll("button[data-editor-for]")) {
  const field = document.getElementById(button.dataset.editorFor);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { edit } = await import("./query-editor.js");
      edit(field);
      button.remove();
    } catch {
      button.disabled = false;
      button.textContent = button.dataset.failed;
    }
  });
}
