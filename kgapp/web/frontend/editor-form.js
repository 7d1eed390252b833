// How the editor looks: colours and sizes of the pages, through custom properties, for screens of every size.
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: "var(--accent)", fontWeight: "bold" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--link)" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--warning)" },
  { tag: tags.comment, color: "var(--ink-quiet)", fontStyle: "italic" },
]);

/** A fault is underlined in its colour; the package's own pictures are data the pages' policy refuses. */
const underlined = (colour, line = "wavy") => ({
  backgroundImage: "none",
  paddingBottom: "0",
  textDecoration: `underline ${line} ${colour}`,
  textDecorationSkipInk: "none",
  textUnderlineOffset: "0.2em",
});
const told = (colour) => ({ borderInlineStart: `5px solid ${colour}` });

export const form = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", background: "var(--paper)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { font: "var(--text-small)/1.5 var(--mono)" },
  ".cm-content": { caretColor: "var(--ink)", paddingBlock: "0.375rem" },
  ".cm-gutters": { background: "var(--soft)", color: "var(--ink-quiet)", border: "0" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--marked)", outline: "1px solid var(--marked-line)" },
  ".cm-lintRange-error": underlined("var(--error)"),
  ".cm-lintRange-warning": underlined("var(--warning)"),
  ".cm-lintRange-info, .cm-lintRange-hint": underlined("var(--ink-quiet)", "dotted"),
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--error)" },
  ".cm-snippetField": { background: "var(--marked)" },
  ".cm-tooltip": { background: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "var(--radius)", maxWidth: "min(46rem, 100vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { font: "var(--text-small)/1.5 var(--sans)", maxHeight: "16.5em", maxWidth: "min(46rem, 100vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", gap: "0.75em", alignItems: "baseline", padding: "0.2em 0.6em", minHeight: "1.5rem", borderBlockEnd: "1px solid var(--hairline)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--link)", color: "var(--paper)" },
  ".cm-completionLabel": { font: "var(--text-small)/1.5 var(--mono)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "bold" },
  ".cm-names": { flex: "1", minWidth: "0", overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-name-other": { opacity: "0.85", fontSize: "0.9em" },
  ".cm-count": { fontVariantNumeric: "tabular-nums" },
  ".cm-demanded": { border: "1px solid currentColor", borderRadius: "var(--radius)", padding: "0 0.3em", fontSize: "0.85em" },
  ".cm-diagnostic": { font: "var(--text-small)/1.5 var(--sans)", padding: "0.4em 0.8em" },
  ".cm-diagnostic-error": told("var(--error)"),
  ".cm-diagnostic-warning": told("var(--warning)"),
  ".cm-diagnostic-info, .cm-diagnostic-hint": told("var(--line)"),
  ".cm-diagnosticAction": { background: "var(--link)", color: "var(--paper)", borderRadius: "var(--radius)", padding: "0.2em 0.8em", minHeight: "1.5rem" },
  ".cm-panels": { background: "var(--soft)", color: "var(--ink)" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { background: "var(--marked)", color: "var(--ink)" },
});

/** The box around the editor: as large as the textarea was, its height changed by hand or by what is written. */
export function shell() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; box-sizing: border-box; overflow: hidden; resize: vertical; min-height: 6rem; width: 100%;
      border: 1px solid var(--line); border-radius: var(--radius); background: var(--paper); }
    :host(:focus-within) { outline: 3px solid var(--focus-line); outline-offset: 2px; box-shadow: 0 0 0 2px var(--focus); }
  `);
  return sheet;
}
