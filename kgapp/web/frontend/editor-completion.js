// Completion in the editor: what completion.js finds for the place, and what the server knows by name.
import { autocompletion, startCompletion } from "@codemirror/autocomplete";
import { EditorView } from "@codemirror/view";
import { asksFor, asksForProperties, confirmed, declaration, offers, situation, Vocabulary } from "./completion.js";
import { lang, say } from "./editor-words.js";

const ICONS = { class: "class", property: "property", variable: "variable", keyword: "keyword", thing: "constant", prefix: "namespace", word: "keyword" };

/** The vocabulary of the dataset, fetched once; a failure is tried again the next time. */
export function vocabularyAt(root) {
  let coming;
  return () =>
    (coming ??= fetch(`${root}terms.json`)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((content) => new Vocabulary(content))
      .catch(() => (coming = null)));
}

/** Inserts a term, a space behind it where more has to follow, and the line that declares its prefix. */
function insert(view, { offer, vocabulary }, from, to) {
  const text = view.state.doc.toString();
  const more = offer.kind === "property" || offer.kind === "word";
  const term = more && !/^\s/.test(text.slice(to)) ? `${offer.term} ` : offer.term;
  const line = declaration(text.slice(0, from) + " ".repeat(to - from) + text.slice(to), offer.term, vocabulary);
  const changes = [{ from, to, insert: term }, ...(line ? [line] : [])];
  const moved = line && line.from <= from ? line.insert.length : 0;
  view.dispatch({
    changes,
    selection: { anchor: from + term.length + moved + (more && term === offer.term ? 1 : 0) },
    userEvent: "input.complete",
    scrollIntoView: true,
  });
  if (more) setTimeout(() => startCompletion(view), 20);
}

function shown(offer, vocabulary) {
  return {
    label: offer.name ?? offer.term,
    type: ICONS[offer.kind],
    offer,
    apply: (view, _, from, to) => insert(view, { offer, vocabulary }, from, to),
  };
}

async function named(root, asked, typed, signal) {
  const given = new URLSearchParams(Object.entries({ ...asked, q: typed.replace(/^[<"]/, "") }).filter(([, value]) => value));
  const answer = await fetch(`${root}things.json?${given}`, { signal });
  if (!answer.ok) return [];
  const { things } = await answer.json();
  return things.map((thing) => ({ ...thing, name: short(thing), kind: "thing" }));
}

async function properties(root, { with: having, ...asked }, signal) {
  const given = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
  for (const each of having) given.append("with", each);
  const answer = await fetch(`${root}properties.json?${given}`, { signal });
  return answer.ok ? (await answer.json()).properties : null;
}

/** What a thing is shown as: the end of its IRI, or the literal. */
const short = ({ term }) => (term.startsWith("<") ? term.slice(1, -1).split("/").slice(-2).join("/") : term);

/** A source of completions for CodeMirror; ``tell`` says in words what a list cannot. */
function source(root, vocabulary, tell) {
  return async (context) => {
    if (context.view?.compositionStarted) return null;
    const known = await vocabulary();
    if (!known || context.aborted) return null;
    const place = situation(context.state.doc.toString(), context.pos, known.prefixes);
    const begun = place?.typed || context.explicit || /\s/.test(context.state.sliceDoc(context.pos - 1, context.pos));
    if (!place || !begun) return null;
    const stopping = new AbortController();
    context.addEventListener("abort", () => stopping.abort());
    const together = asksForProperties(place, known);
    const told = together && (await properties(root, together, stopping.signal).catch(() => null));
    if (context.aborted) return null;
    const offered = offers(place, known);
    const found = (told ? confirmed(offered, told) : offered).map((offer) => shown(offer, known));
    const asked = asksFor(place, known);
    const byName = place.typed && !/^[?$]/.test(place.typed);
    if (asked && (byName || asked.property || (context.explicit && asked.class))) {
      const things = await named(root, asked, place.typed, stopping.signal).catch(() => []);
      if (context.aborted) return null;
      found.push(...things.map((offer) => shown(offer, known)));
      if (byName && /[^\x00-\x7f]/.test(place.typed)) tell(things.length || found.length ? "" : say.none(place.typed));
    }
    if (!found.length || (place.place === "end" && !place.typed)) return null;
    return { from: place.from, options: found, filter: false };
  };
}

function cell(name, words, language) {
  const box = document.createElement("span");
  box.className = name;
  box.textContent = words;
  if (language) box.lang = language;
  return box;
}

/** The columns of a completion beside the term: its names in the page's language first, and how many there are. */
const columns = [
  {
    position: 60,
    render({ offer }) {
      const box = cell("cm-names", "");
      const matched = offer.matched && offer.matched !== offer.ja && offer.matched !== offer.en ? `（${offer.matched}）` : "";
      for (const each of lang === "ja" ? ["ja", "en"] : ["en", "ja"])
        if (offer[each]) box.append(cell(`cm-name-${each === lang ? "own" : "other"}`, offer[each] + (each === "ja" ? matched : ""), each), " ");
      return box;
    },
  },
  {
    position: 90,
    render({ offer }) {
      const many = offer.things ?? offer.uses;
      const box = cell("cm-count", many ? many.toLocaleString(lang) : "");
      if (offer.demanded) box.prepend(cell("cm-demanded", say.demanded), " ");
      return box;
    },
  },
];

/** Completion for an editor, with no list while an input method composes and one when it is done. */
export function completing(root, tell) {
  const vocabulary = vocabularyAt(root);
  vocabulary();
  return [
    autocompletion({
      override: [source(root, vocabulary, tell)],
      addToOptions: columns,
      icons: false,
      defaultKeymap: true,
      activateOnTypingDelay: 120,
      maxRenderedOptions: 60,
    }),
    EditorView.domEventHandlers({
      compositionend(event, view) {
        if (event.data) setTimeout(() => view.composing || startCompletion(view), 60);
      },
    }),
  ];
}
