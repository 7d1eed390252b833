// What may stand where a cursor is, from the vocabulary of the dataset as it is used: pure functions of the text,
// the position and what /workbench/terms.json says. Only what things of a variable's class really have is offered.
import { TYPE, declared, situation, terminals } from "./situation.js";

export { declared, situation, terminals };
const KEYWORDS = {
  top: ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE", "FROM", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET", "VALUES"],
  subject: ["FILTER", "OPTIONAL", "FILTER NOT EXISTS", "BIND", "VALUES", "MINUS", "UNION", "GRAPH", "SELECT"],
  end: ["FILTER", "OPTIONAL", "FILTER NOT EXISTS", "BIND", "VALUES", "MINUS", "GRAPH"],
  select: ["DISTINCT", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "AS", "WHERE", "DESC", "ASC", "LIMIT", "OFFSET", "ORDER BY"],
  expression: "BOUND CONTAINS STR LANG LANGMATCHES REGEX REPLACE STRSTARTS STRENDS STRBEFORE STRAFTER STRLEN SUBSTR UCASE LCASE DATATYPE IF COALESCE NOT IN EXISTS ISIRI ISLITERAL YEAR MONTH DAY ABS ROUND CONCAT DISTINCT AS".split(" "),
};
const MOST = 100;
/** Steps from variable to variable that are followed to find a class. */
const DEPTH = 4;

/** Width, case and kana do not matter. */
export function folded(words) {
  return words
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCodePoint(kana.codePointAt(0) - 0x60));
}

/** The vocabulary in use, with IRIs in place of numbers. */
export class Vocabulary {
  constructor({ base, prefixes, terms, classes }) {
    this.base = base;
    this.prefixes = new Map(Object.entries(prefixes));
    const iriOf = (name) => {
      if (name.startsWith("<")) return name.slice(1, -1);
      const end = name.indexOf(":");
      return this.prefixes.get(name.slice(0, end)) + name.slice(end + 1);
    };
    const iris = terms.map(([name]) => iriOf(name));
    this.terms = new Map(terms.map(([name, ja, en], place) => [iris[place], { iri: iris[place], name, ja, en }]));
    this.classes = new Map(
      classes.map((each) => [
        iris[each.class],
        {
          iri: iris[each.class],
          things: each.things,
          parents: each.parents.map((place) => iris[place]),
          has: new Map(
            each.has.map(([property, things, uses, demanded, targets]) => [
              iris[property],
              { iri: iris[property], things, uses, demanded: !!demanded, targets: targets.map((place) => iris[place]) },
            ]),
          ),
        },
      ]),
    );
    this.children = new Map();
    for (const { iri, parents } of this.classes.values())
      for (const parent of parents) this.children.set(parent, [...(this.children.get(parent) ?? []), iri]);
  }

  /** The kinds of a class that have no kinds themselves; none where things of it are of none of them. */
  kinds(iri) {
    const found = new Set(), leaves = [];
    const visit = (one) => {
      if (found.has(one)) return;
      found.add(one);
      const below = (this.children.get(one) ?? []).filter((child) => child !== one);
      if (below.length) below.forEach(visit);
      else if (one !== iri) leaves.push(one);
    };
    visit(iri);
    const sum = leaves.reduce((total, leaf) => total + this.classes.get(leaf).things, 0);
    return sum >= this.classes.get(iri)?.things ? leaves : [];
  }

  above(iri) {
    const found = new Set(), todo = [iri];
    while (todo.length)
      for (const parent of this.classes.get(todo.pop())?.parents ?? [])
        if (!found.has(parent)) (found.add(parent), todo.push(parent));
    return found;
  }

  /** The most special of several classes. */
  special(iris) {
    const general = new Set(iris.flatMap((iri) => [...this.above(iri)]));
    return iris.filter((iri) => this.classes.has(iri) && !general.has(iri));
  }
}

/**
 * What is known of a thing in a query: classes that it is of, all of them (``every``) or any of them, and whether
 * the query says so itself.
 */
export function classesOf(term, { triples }, vocabulary, depth = 0) {
  if (!term || depth > DEPTH) return { classes: [], every: false };
  const said = triples.filter(({ subject, path }) => subject === term && path?.length === 1 && path[0].property === TYPE && !path[0].repeated && !path[0].backwards);
  const types = said.map(({ object }) => object).filter((iri) => vocabulary.classes.has(iri));
  if (types.length) return { classes: vocabulary.special([...new Set(types)]), every: true };
  for (const { subject, path, object } of triples) {
    if (object !== term || !path?.length) continue;
    const led = ledTo(classesOf(subject, { triples }, vocabulary, depth + 1), path, vocabulary);
    if (led.length) return { classes: led, every: false };
  }
  const own = writtenOn(term, triples);
  if (!own.length) return { classes: [], every: false };
  const fitting = [...vocabulary.classes.values()].filter(({ has }) => own.every((iri) => has.has(iri)));
  return { classes: vocabulary.special(fitting.map(({ iri }) => iri)), every: false };
}

/** The classes at the end of a path from things of classes; none where that is not known. */
function ledTo({ classes }, path, vocabulary) {
  let at = classes.length ? classes : null;
  for (const { property, backwards, repeated } of path) {
    if (backwards || repeated) return [];
    const from = at ?? [...vocabulary.classes.keys()];
    const targets = new Set(from.flatMap((iri) => vocabulary.classes.get(iri)?.has.get(property)?.targets ?? []));
    at = vocabulary.special([...targets]);
  }
  return at ?? [];
}

/** The properties that a query asks of a thing beside its class, and that it has to have. */
function writtenOn(term, triples) {
  return triples
    .filter(({ subject, path }) => subject === term && path?.length && !path[0].backwards && !path[0].repeated)
    .map(({ path }) => path[0].property)
    .filter((iri) => iri !== TYPE && !iri.startsWith("?"));
}

/** The properties that the subject at a place may be asked for: what things of its classes have. */
export function propertiesAt(place, vocabulary) {
  const { subject, path, triples } = place;
  let { classes, every } = classesOf(subject, place, vocabulary);
  let written = writtenOn(subject, triples);
  if (path.length) {
    classes = ledTo({ classes }, path, vocabulary);
    if (!classes.length) return everyProperty(vocabulary);
    every = false;
    written = [];
  }
  if (!classes.length) return everyProperty(vocabulary);
  const found = new Map();
  if (every) {
    const [first, ...others] = classes
      .map((iri) => vocabulary.classes.get(iri))
      .sort((one, other) => one.things - other.things);
    const kinds = vocabulary.kinds(first.iri).map((iri) => vocabulary.classes.get(iri));
    const fitting = kinds.filter(({ has }) => written.every((iri) => has.has(iri)));
    for (const each of first.has.values())
      if (others.every(({ has }) => has.has(each.iri)) && (!kinds.length || fitting.some(({ has }) => has.has(each.iri)))) {
        const demanded = each.demanded || (fitting.length > 0 && fitting.every(({ has }) => has.get(each.iri)?.demanded));
        found.set(each.iri, { ...each, demanded });
      }
    return [...found.values()];
  }
  const having = classes.map((iri) => vocabulary.classes.get(iri));
  const fitting = having.filter(({ has }) => written.every((iri) => has.has(iri)));
  for (const { has } of fitting.length ? fitting : having)
    for (const each of has.values()) {
      const known = found.get(each.iri);
      const demanded = (known?.demanded ?? true) && each.demanded;
      found.set(each.iri, { ...each, things: (known?.things ?? 0) + each.things, uses: (known?.uses ?? 0) + each.uses, demanded });
    }
  return [...found.values()];
}

function everyProperty(vocabulary) {
  const found = new Map();
  for (const { has } of vocabulary.classes.values())
    for (const each of has.values())
      if (each.uses > (found.get(each.iri)?.uses ?? 0)) found.set(each.iri, { ...each, demanded: false });
  return [...found.values()];
}

/** The classes that the subject at a place may be said to be of. */
export function classesAt(place, vocabulary) {
  const others = { triples: place.triples.filter(({ subject, path }) => !(subject === place.subject && path?.[0]?.property === TYPE)) };
  const written = writtenOn(place.subject, others.triples);
  const having = [...vocabulary.classes.values()].filter(({ has }) => written.every((iri) => has.has(iri)));
  const led = others.triples
    .filter(({ object, path }) => object === place.subject && path?.length)
    .map(({ subject, path }) => ({ from: classesOf(subject, others, vocabulary).classes, path }))
    .map(({ from, path }) => path.length === 1 && !path[0].backwards && !path[0].repeated
      ? new Set((from.length ? from : [...vocabulary.classes.keys()]).flatMap((iri) => vocabulary.classes.get(iri)?.has.get(path[0].property)?.targets ?? []))
      : new Set())
    .filter(({ size }) => size);
  return having.filter(({ iri }) => led.every((targets) => targets.has(iri)));
}

/** What to ask the server at a place of a property, where the vocabulary alone cannot tell what is there together:
 * the class, the property that leads here, those that are written already; null where it can. */
export function asksForProperties(place, vocabulary) {
  if (place.place !== "property") return null;
  const step = place.path.at(-1);
  if (step) {
    if (step.backwards || step.repeated || step.property.startsWith("?")) return null;
    return { class: only(place, place.path.slice(0, -1), vocabulary), led: step.property, with: [] };
  }
  const having = writtenOn(place.subject, place.triples);
  const known = classesOf(place.subject, place, vocabulary);
  if (known.every) return having.length ? { class: only(place, [], vocabulary), led: "", with: having } : null;
  const told = leading(place.subject, place.triples);
  if (told) {
    const source = { ...place, subject: told.subject };
    return { class: only(source, told.path.slice(0, -1), vocabulary), led: told.path.at(-1).property, with: having };
  }
  return having.length ? { class: "", led: "", with: having } : null;
}

/** The triple that leads to a term by a property that is known. */
function leading(term, triples) {
  return triples.find(({ object, path }) => {
    const last = object === term && path?.at(-1);
    return last && !last.backwards && !last.repeated && !last.property.startsWith("?");
  });
}

/** Offers of properties as the server told: those that are there, with their counts. */
export function confirmed(found, told) {
  const known = new Map(told.map(([name, things, uses]) => [name, { things, uses }]));
  return found
    .filter(({ kind, term }) => kind !== "property" || known.has(term))
    .map((offer) => (offer.kind === "property" ? { ...offer, ...known.get(offer.term) } : offer))
    .sort((one, other) => (one.kind !== "property" || other.kind !== "property" ? 0 : one.rank - other.rank || !!other.demanded - !!one.demanded || other.things - one.things));
}

/** What to ask the server for values at a place: a property with the class of its subject, or a class; or null. */
export function asksFor(place, vocabulary) {
  const last = place.path.at(-1);
  if (place.place === "object" && last && last.property !== TYPE && !last.property.startsWith("?")) {
    if (last.backwards || last.repeated) return {};
    return { property: last.property, of: only(place, place.path.slice(0, -1), vocabulary) };
  }
  if (place.place === "value" || place.place === "expression") {
    const told = leading(place.column, place.triples);
    if (told) {
      const at = { ...place, subject: told.subject };
      return { property: told.path.at(-1).property, of: only(at, told.path.slice(0, -1), vocabulary) };
    }
    const { classes } = classesOf(place.column, place, vocabulary);
    return classes.length === 1 ? { class: classes[0] } : {};
  }
  return place.place === "subject" ? {} : null;
}

/** The one class of the things at the end of a path from the subject; empty where there are several or none. */
function only(place, path, vocabulary) {
  const known = classesOf(place.subject, place, vocabulary);
  const classes = path.length ? ledTo(known, path, vocabulary) : known.classes;
  return classes.length === 1 ? classes[0] : "";
}

/** How well a term fits what is typed: 0 where its name begins so, up to 3; none where it does not. */
export function fit({ name, ja = "", en = "" }, typed) {
  const wanted = folded(typed.replace(/^</, ""));
  if (!wanted) return 0;
  const whole = folded(name), local = whole.slice(whole.indexOf(":") + 1);
  if (whole.startsWith(wanted) || (!wanted.includes(":") && local.startsWith(wanted))) return 0;
  if (folded(ja).startsWith(wanted) || folded(en).startsWith(wanted)) return 1;
  if (folded(ja).includes(wanted) || folded(en).split(/\W+/).some((word) => word.startsWith(wanted))) return 2;
  return !wanted.includes(":") && local.includes(wanted) ? 3 : null;
}

/** What may stand at a place, without asking the server: terms of the vocabulary, variables, words of the language. */
export function offers(place, vocabulary) {
  const { typed, place: where } = place;
  if (where === "prefix") return prefixLines(place, vocabulary);
  const found = [];
  const lead = place.path.at(-1)?.property;
  if (typed.startsWith("?") || typed.startsWith("$")) return variablesFor(place, lead, vocabulary);
  if (where === "property") {
    const said = classesOf(place.subject, place, vocabulary).every;
    if (!place.path.length && (typed || !said)) found.push({ term: "a", kind: "word", name: "a", ja: "種類は", en: "is a", rank: fit({ name: "a", ja: "種類は", en: "is a" }, typed) });
    found.push(...ranked(propertiesAt(place, vocabulary), "property", typed, vocabulary));
  } else if (where === "object" && lead === TYPE) {
    const classes = classesAt(place, vocabulary).map(({ iri, things }) => ({ iri, things }));
    found.push(...ranked(classes, "class", typed, vocabulary));
  }
  if (where === "object" || where === "subject" || where === "expression" || where === "select")
    if (!typed) found.push(...variablesFor(place, lead, vocabulary));
  if (typed) found.push(...words(where, typed));
  return found.filter(({ rank }) => rank !== null).slice(0, MOST);
}

function ranked(each, kind, typed, vocabulary) {
  return each
    .map((one) => ({ ...vocabulary.terms.get(one.iri), ...one, kind }))
    .map((one) => ({ ...one, term: one.name, rank: fit(one, typed) }))
    .filter(({ rank }) => rank !== null)
    .sort((one, other) => one.rank - other.rank || !!other.demanded - !!one.demanded || other.things - one.things || (one.name < other.name ? -1 : 1));
}

function words(where, typed) {
  const wanted = typed.toUpperCase();
  return (KEYWORDS[where] ?? [])
    .filter((word) => word.startsWith(wanted) && word !== wanted)
    .map((word) => ({ term: word, name: word, kind: "keyword", rank: 0 }));
}

function variablesFor({ place: where, typed, variables, subject }, lead, vocabulary) {
  const wanted = typed.slice(1).toLowerCase();
  const local = lead && vocabulary.terms.get(lead)?.name.split(":").at(-1);
  const named = where === "object" && local ? `?${local.replace(/^(?:has|in|was|is)(?=[A-Z])/, "").replace(/^./, (first) => first.toLowerCase())}` : "";
  const known = variables.filter((name) => name !== subject);
  const all = named && !known.includes(named) && /^\?\w+$/.test(named) ? [named, ...known] : known;
  return all
    .filter((name) => name.slice(1).toLowerCase().startsWith(wanted) && name !== typed)
    .map((name) => ({ term: name, name, kind: "variable", rank: 0 }));
}

function prefixLines({ typed, prefixes }, vocabulary) {
  return [...vocabulary.prefixes]
    .filter(([prefix]) => !prefixes.has(prefix) && prefix.startsWith(typed.replace(/:.*$/, "")))
    .map(([prefix, namespace]) => ({ term: `${prefix}: <${namespace}>\n`, name: `${prefix}:`, en: namespace, kind: "prefix", rank: 0 }));
}

/** The change that declares the prefix of a term where the query does not: where, and which line; or null. */
export function declaration(text, term, vocabulary) {
  const prefix = /^(\p{L}[\p{L}\p{N}_.\-]*):/u.exec(term)?.[1];
  const found = terminals(text);
  if (!prefix || !vocabulary.prefixes.has(prefix) || declared(found).has(prefix)) return null;
  const last = found.findLastIndex(({ kind, text: word }, at) => kind === "word" && /^(PREFIX|BASE)$/i.test(word) && found[at + 1]);
  const head = last < 0 ? null : found.slice(last).find(({ kind }) => kind === "iri");
  const line = `PREFIX ${prefix}: <${vocabulary.prefixes.get(prefix)}>`;
  if (head) return { from: head.to, insert: `\n${line}` };
  const first = found.find(({ kind }) => kind !== "comment");
  return { from: first?.from ?? 0, insert: `${line}\n` };
}
