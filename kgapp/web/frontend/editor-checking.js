// Faults at their place while somebody writes: the grammar's place at once, the server's word on what it is.
import { syntaxTree } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { lang, say } from "./editor-words.js";

const DELAY = 500;
const GRAVITY = { error: 0, warning: 1, hint: 2 };

/** Where the grammar of the editor cannot go on; null where it can. */
function stopped(state) {
  let found = null;
  syntaxTree(state).iterate({
    enter({ type, from, to }) {
      if (type.isError && !found) found = { from, to };
      return !found;
    },
  });
  if (!found) return null;
  const { from, to } = found;
  if (to > from) return { from, to, message: say.unexpected(state.sliceDoc(from, Math.min(to, from + 40))) + unended(state, from) };
  const next = /^\s*(\S{1,30})/.exec(state.sliceDoc(from, from + 200));
  const message = next ? `${say.unfinished} ${say.unexpected(next[1])}${unended(state, from + next[0].length - next[1].length)}` : say.unfinished;
  return next ? { from: from + next[0].length - next[1].length, to: from + next[0].length, message } : { from, to, message };
}

/** Where a line begins with what cannot stand there: whether the line before ends without a sign. */
function unended(state, at) {
  const line = state.doc.lineAt(at);
  if (!/^[?$<\w]/.test(state.sliceDoc(at, at + 1)) || state.sliceDoc(line.from, at).trim()) return "";
  for (let before = line.number - 1; before > 0; before -= 1) {
    const words = state.doc.line(before).text.trim();
    if (words) return /[\w>"')\]]$/.test(words) && !/^(#|PREFIX|BASE)/i.test(words) ? ` ${say.unended(before)}` : "";
  }
  return "";
}

/** The server counts code points, the editor UTF-16. */
function units(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (place) => place;
  const places = [0];
  for (const character of text) places.push(places.at(-1) + character.length);
  return (place) => places[Math.min(place, places.length - 1)];
}

async function asked(root, text) {
  const answer = await fetch(`${root}check`, { method: "POST", body: new URLSearchParams({ query: text }) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function mending(finding) {
  if (finding.declare) {
    const apply = (view) => {
      const head = /^(?:\s*(?:#[^\n]*|(?:PREFIX|BASE)\s[^\n]*)\n)*/i.exec(view.state.doc.toString())[0].length;
      view.dispatch({ changes: { from: head, insert: finding.declare } });
    };
    return [{ name: say.declare(finding.declare.split(" ").slice(0, 2).join(" ")), apply }];
  }
  if (finding.replacement) {
    const apply = (view, from, to) => view.dispatch({ changes: { from, to, insert: finding.replacement } });
    return [{ name: say.replace(finding.replacement), apply }];
  }
  return [];
}

/** What is to be marked in a text, the gravest first. */
async function faults(view, root) {
  const { state } = view, text = state.doc.toString();
  if (!text.trim()) return [];
  const local = stopped(state);
  const answer = await asked(root, text).catch(() => null);
  if (answer === null || answer.ok === null) return local ? [{ ...local, severity: "error" }] : [];
  const at = units(text);
  const told = local && answer.ok === false && !answer.findings.some(({ kind }) => kind !== "prefix");
  const beside = told ? [{ ...local, severity: "error" }] : [];
  return [...answer.findings.map((finding) => {
    const placed = finding.kind === "syntax" && local;
    const message = placed ? local.message : finding.what[lang];
    const remedy = placed ? "" : finding.remedy[lang];
    return {
      from: placed ? local.from : at(finding.start),
      to: placed ? local.to : at(finding.end),
      severity: finding.severity,
      message: `${message} ${remedy}`.trim(),
      actions: mending(finding),
    };
  }), ...beside].sort((one, other) => GRAVITY[one.severity] - GRAVITY[other.severity] || one.from - other.from);
}

/** Checks what is written; ``tell`` says the first fault in words. */
export function checking(root, tell) {
  return linter(
    async (view) => {
      if (view.composing) return [];
      const found = await faults(view, root);
      const grave = found.filter(({ severity }) => severity !== "hint");
      const [first] = grave;
      if (!first) tell(view.state.doc.length ? say.fine : "", true);
      else {
        const line = view.state.doc.lineAt(Math.min(first.from, view.state.doc.length));
        tell(`${say.faults(grave.length)} ${say.place(line.number, [...line.text.slice(0, first.from - line.from)].length + 1, first.message)}`);
      }
      return found;
    },
    { delay: DELAY },
  );
}
