// An editor for SPARQL over a textarea: the textarea stays what the form sends. It lives in a shadow root, where
// its styles need no exception from the pages' policy; colours come through as custom properties. Tab moves on.
import { closeCompletion, completionStatus, snippet, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { sparql } from "codemirror-lang-sparql";
import { checking } from "./editor-checking.js";
import { completing } from "./editor-completion.js";
import { colours, form, shell } from "./editor-form.js";
import { say } from "./editor-words.js";

// Chromium puts a style attribute on what is typed over coloured text, which the policy refuses with a complaint.
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || view.composing || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

/** Grows with what is written, up to most of the window, and never shrinks under somebody's hands. */
function growing(host) {
  return EditorView.updateListener.of(({ docChanged, view }) => {
    if (!docChanged) return;
    view.requestMeasure({
      read: () => Math.min(view.contentHeight + 20, innerHeight * 0.7),
      write: (wanted) => {
        if (wanted > host.offsetHeight) host.style.height = `${wanted}px`;
      },
    });
  });
}

/** The text of a template for CodeMirror: what its VALUES clauses hold is what somebody goes through with Tab. */
function fields(text) {
  const plain = text.replace(/[\\$#]\{/g, "\\$&");
  return plain.replace(/(VALUES\s+\?\w+\s+\\?\{\s*)([^{}\n]*?)(\s*\})/g, (_, head, value, tail) => `${head}\${${value}}${tail}`);
}

/** Puts an editor in the place of a textarea, with its text, its label, its size and the selection. Where the form
 * has tools (``data-workbench`` tells where the server helps) it completes and checks, else it only colours. */
export function edit(field, { focus = true } = {}) {
  const root = field.dataset.workbench;
  const told = document.getElementById(field.dataset.told ?? "");
  let done = null;
  /** Says something; that nothing is wrong does not take the place of what was just done to this very text. */
  const tell = (words, quiet = false) => {
    if (!told || told.textContent === words || (quiet && done === field.value)) return;
    told.textContent = words;
    done = null;
  };
  const tellDone = (words) => {
    tell(words);
    done = field.value;
  };
  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [shell()];
  const [label] = field.labels;
  host.style.height = `${field.getBoundingClientRect().height}px`;
  const language = sparql();
  const view = new EditorView({
    root: shadow,
    parent: shadow,
    state: EditorState.create({
      doc: field.value,
      selection: { anchor: field.selectionStart, head: field.selectionEnd },
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        language,
        language.language.data.of({ commentTokens: { line: "#" } }),
        syntaxHighlighting(colours),
        form,
        typedOver,
        growing(host),
        root ? [completing(root, tell), checking(root, tell)] : [],
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label.textContent, spellcheck: "false", autocapitalize: "off", autocorrect: "off" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) field.value = update.state.doc.toString();
        }),
        keymap.of([
          { key: "Mod-Enter", run: () => (field.form.requestSubmit(), true) },
          { key: "Alt-/", run: startCompletion },
          { key: "Shift-Alt-f", run: () => (actions.format(), true) },
          { key: "Tab", run: (own) => completionStatus(own.state) !== null && closeCompletion(own) && false },
          ...lintKeymap,
          ...defaultKeymap,
          ...historyKeymap,
        ]),
      ],
    }),
  });
  const actions = {
    async format() {
      const before = view.state.doc.toString();
      const answer = await fetch(`${root}format`, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams({ query: before }) }).catch(() => null);
      const content = await answer?.json().catch(() => null);
      if (!content || view.state.doc.toString() !== before) return tell(content ? "" : say.failed);
      if (!answer.ok) return tell(content.error?.[document.documentElement.lang] ?? say.failed);
      if (content.query === before) return tellDone(say.already);
      const { head } = view.state.selection.main;
      view.dispatch({ changes: changed(before, content.query), selection: { anchor: moved(before, content.query, head) }, userEvent: "input", annotations: isolateHistory.of("full") });
      tellDone(say.formatted);
    },
    async template(name) {
      const answer = await fetch(`${root}templates.json`).catch(() => null);
      const template = (await answer?.json().catch(() => null))?.templates.find((each) => each.name === name);
      if (!template) return tell(say.failed);
      view.focus();
      snippet(fields(template.query))(view, null, 0, view.state.doc.length);
      const { lang } = document.documentElement;
      tellDone(`${say.inserted(template.title[lang])} ${template.summary[lang]}`);
    },
  };
  field.hidden = true;
  field.after(host);
  label.addEventListener("click", () => view.focus());
  if (focus) view.focus();
  return { view, ...actions };
}

/** The one change between two texts, without what they begin and end with alike. */
function changed(before, after) {
  let from = 0, tail = 0;
  while (from < before.length && before[from] === after[from]) from += 1;
  const most = Math.min(before.length, after.length) - from;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

/** Where a cursor stands in a text of which only the spaces differ: behind as many other characters. */
function moved(before, after, head) {
  let left = before.slice(0, head).replace(/\s/g, "").length, at = 0;
  for (; at < after.length && left > 0; at += 1) if (!/\s/.test(after[at])) left -= 1;
  return at;
}
