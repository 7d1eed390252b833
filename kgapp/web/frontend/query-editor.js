// An editor for SPARQL over a textarea: the textarea stays what the form sends. It lives in a shadow root, where
// its styles need no exception from the pages' policy; colours come through as custom properties. Tab moves on.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: "var(--accent)", fontWeight: "bold" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--link)" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--warning)" },
  { tag: tags.comment, color: "var(--ink-quiet)", fontStyle: "italic" },
]);
const form = EditorView.theme({
  "&": { border: "1px solid var(--line)", borderRadius: "var(--radius)", color: "var(--ink)", background: "var(--paper)" },
  "&.cm-focused": { outline: "3px solid var(--focus-line)", outlineOffset: "2px", boxShadow: "0 0 0 2px var(--focus)" },
  ".cm-scroller": { font: "var(--text-small)/1.5 var(--mono)", minHeight: "12.5rem" },
  ".cm-gutters": { background: "var(--soft)", color: "var(--ink-quiet)", border: "0" },
  ".cm-content": { caretColor: "var(--ink)" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--marked)", outline: "1px solid var(--marked-line)" },
});

// Chromium puts a style attribute on what is typed over coloured text, which the policy refuses with a complaint.
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || view.composing || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

/** Puts an editor in the place of a textarea, with its text, its label and the focus. */
export function edit(field) {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const [label] = field.labels;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        sparql(),
        syntaxHighlighting(colours),
        form,
        typedOver,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label.textContent, spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) field.value = update.state.doc.toString();
        }),
        keymap.of([
          { key: "Mod-Enter", run: () => (field.form.requestSubmit(), true) },
          ...defaultKeymap,
          ...historyKeymap,
        ]),
      ],
    }),
  });
  field.hidden = true;
  field.after(host);
  label.addEventListener("click", () => view.focus());
  view.focus();
}
