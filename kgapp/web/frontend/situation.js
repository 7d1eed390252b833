// Where in a query a cursor stands, read from its text: pure, and forgiving, because what is typed is unfinished.
// Terminals as in SPARQL 1.1, 19.8; triples as in 19.8, TriplesSameSubjectPath, as far as completion needs them.
const LOCAL = String.raw`(?:[\p{L}\p{N}\p{M}_\-:·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])`;
const TERMINAL = new RegExp(
  [
    String.raw`(?<string>"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""|'''(?:[^'\\]|\\.|'{1,2}(?!'))*'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')`,
    "(?<iri><[^<>\"{}|^`\\\\\\x00-\\x20]*>)",
    String.raw`(?<comment>#[^\n\r]*)`,
    String.raw`(?<variable>[?$][\p{L}\p{N}_]+)`,
    String.raw`(?<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)`,
    String.raw`(?<blank>_:[\p{L}\p{N}_]+)`,
    String.raw`(?<name>(?:\p{L}(?:[\p{L}\p{N}_.\-·]{0,99}(?<!\.))?)?:(?:${LOCAL}(?:${LOCAL}|\.+(?=${LOCAL}))*)?)`,
    String.raw`(?<number>\d*\.\d+(?:[eE][+-]?\d+)?|\d+(?:\.\d*)?[eE][+-]?\d+|\d+)`,
    String.raw`(?<word>[A-Za-z_][\p{L}\p{N}_]*)`,
    String.raw`(?<open>[({\[])`,
    String.raw`(?<close>[)}\]])`,
    String.raw`(?<sign>\^\^|&&|\|\||!=|<=|>=|[=<>!*/+\-|^.,;?])`,
    String.raw`(?<other>["']|\S)`,
  ].join("|"),
  "gsu",
);
const TYPED = /(?:<[^<>\s"{}|^`\\]*|[?$]?[\p{L}\p{N}\p{M}_:\-·ー.]*)$/u;
/** Groups that may be open around the cursor, for what stands behind it to be read as triples. */
const MOST_OPEN = 12;
export const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const TERMS = new Set(["variable", "iri", "name", "string", "number", "blank"]);
const ENDS_PATTERN = new Set(
  "FILTER BIND VALUES OPTIONAL MINUS UNION GRAPH SERVICE SELECT WHERE GROUP HAVING ORDER LIMIT OFFSET".split(" "),
);

export function terminals(text) {
  return [...text.matchAll(TERMINAL)].map(({ 0: words, index, groups }) => ({
    kind: Object.keys(groups).find((kind) => groups[kind] !== undefined),
    text: words,
    from: index,
    to: index + words.length,
  }));
}

/** The namespaces that a query declares, by prefix. */
export function declared(found) {
  const prefixes = new Map();
  found.forEach(({ kind, text }, at) => {
    if (kind !== "word" || text.toUpperCase() !== "PREFIX") return;
    const [name, iri] = [found[at + 1], found[at + 2]];
    if (name?.kind === "name" && iri?.kind === "iri") prefixes.set(name.text.slice(0, -1), iri.text.slice(1, -1));
  });
  return prefixes;
}

/** Reads triples from terminals one by one, and knows what would come next. */
class Reader {
  constructor(prefixes, usual) {
    this.prefixes = new Map([...usual, ...prefixes]);
    this.triples = [];
    this.blanks = 0;
    this.frames = [{ kind: "top", clause: "" }];
  }

  get frame() {
    return this.frames.at(-1);
  }

  term({ kind, text }) {
    if (kind === "variable") return `?${text.slice(1)}`;
    if (kind === "iri") return text.slice(1, -1);
    if (kind === "name") {
      const [prefix, ...local] = text.split(":");
      return (this.prefixes.get(prefix) ?? `${prefix}:`) + local.join(":");
    }
    return kind === "blank" ? text : `"${text}`;
  }

  read(found) {
    for (const each of found) this.take(each);
    return this;
  }

  take(each) {
    if (each.kind === "comment") return;
    if (each.kind === "open") this.open(each);
    else if (each.kind === "close") this.close();
    else if (each.kind === "word" && ENDS_PATTERN.has(each.text.toUpperCase())) this.clause(each.text.toUpperCase());
    else if (this.frame.kind === "group") this.inGroup(each);
    else if (this.frame.kind === "values" || this.frame.kind === "row") this.inValues(each);
    else if (this.frame.kind === "expression") this.inExpression(each);
    else if (this.frame.clause === "VALUES" && each.kind === "variable") this.frame.columns.push(this.term(each));
    else if (each.kind === "word" && /^(PREFIX|BASE|CONSTRUCT|DESCRIBE|ASK|FROM|BY)$/i.test(each.text))
      this.frame.clause = each.text.toUpperCase();
    this.before = each;
  }

  clause(word) {
    const { frame } = this;
    if (frame.kind === "group") Object.assign(frame, { expect: "subject", subject: null, path: null });
    frame.clause = word === "WHERE" ? "" : word;
    if (word === "VALUES") frame.columns = [];
  }

  open({ text }) {
    const { frame } = this;
    if (text === "{") {
      if (frame.clause === "VALUES") this.frames.push({ kind: "values", columns: frame.columns, at: 0 });
      else this.frames.push({ kind: "group", expect: "subject", clause: "" });
    } else if (text === "[") {
      const blank = `_:${(this.blanks += 1)}`;
      if (frame.kind === "group") this.node(blank);
      this.frames.push({ kind: "group", expect: "property", subject: blank, path: null, inner: true, clause: "" });
    } else if (frame.kind === "values") this.frames.push({ kind: "row", columns: frame.columns, at: 0 });
    else if (frame.clause === "VALUES") this.frames.push({ kind: "columns", clause: "VALUES", columns: frame.columns });
    else if (frame.kind === "group" && !frame.clause && frame.expect === "property")
      this.frames.push({ ...frame, kind: "group", bracket: true });
    else this.frames.push({ kind: "expression", clause: frame.clause, about: this.about() });
  }

  /** The variable that an expression compares: the last before ``=`` or ``IN``. */
  about() {
    return this.frame.kind === "expression" ? this.frame.variable : null;
  }

  close() {
    if (this.frames.length < 2) return;
    const closed = this.frames.pop();
    const { frame } = this;
    if (closed.bracket) Object.assign(frame, { path: null, expect: "object" });
    else if (closed.kind === "expression" && (frame.clause === "FILTER" || frame.clause === "BIND")) frame.clause = "";
    else if (closed.kind === "values" || (closed.kind === "group" && !closed.inner)) {
      frame.clause = "";
      if (frame.kind === "group") frame.expect = "subject";
    }
  }

  node(term) {
    const { frame } = this;
    if (frame.expect === "subject") Object.assign(frame, { subject: term, expect: "property", path: null });
    else {
      this.triples.push({ subject: frame.subject, path: frame.path, object: term });
      frame.expect = "end";
    }
  }

  inGroup(each) {
    const { frame } = this;
    if (frame.clause === "GRAPH" && TERMS.has(each.kind)) frame.clause = "";
    else if (frame.clause === "FILTER" && each.kind !== "sign") return;
    else if (frame.clause && frame.clause !== "FILTER") this.inClause(each);
    else if (each.kind === "sign") this.sign(each.text);
    else if (frame.expect === "property") this.property(each);
    else if (TERMS.has(each.kind) || /^(true|false)$/i.test(each.text)) {
      if (frame.expect === "end") frame.expect = "subject";
      this.node(this.term(each));
    }
  }

  inClause(each) {
    if (this.frame.clause === "VALUES" && each.kind === "variable") this.frame.columns.push(this.term(each));
  }

  property(each) {
    const { frame } = this;
    const simple = each.kind === "word" && each.text === "a" ? TYPE : TERMS.has(each.kind) ? this.term(each) : null;
    if (simple === null) return;
    if (frame.path && !frame.joined) return;
    frame.path = [...(frame.path ?? []), { property: simple, backwards: !!frame.backwards }];
    Object.assign(frame, { joined: false, backwards: false, expect: "object" });
  }

  sign(sign) {
    const { frame } = this;
    if (sign === ".") Object.assign(frame, { expect: "subject", subject: null, path: null });
    else if (sign === ";") Object.assign(frame, { expect: "property", path: null });
    else if (sign === ",") frame.expect = "object";
    else if (sign === "^" && frame.expect === "property") frame.backwards = true;
    else if (sign === "/" && frame.expect === "object") Object.assign(frame, { expect: "property", joined: true });
    else if (sign === "|" && frame.expect === "object")
      Object.assign(frame, { expect: "property", joined: true, path: frame.path?.slice(0, -1) ?? null });
    else if (/^[*+?]$/.test(sign) && frame.expect === "object" && frame.path)
      frame.path = [...frame.path.slice(0, -1), { ...frame.path.at(-1), repeated: true }];
  }

  inValues(each) {
    if (TERMS.has(each.kind) || /^undef$/i.test(each.text)) this.frame.at += 1;
  }

  inExpression(each) {
    if (each.kind === "variable") this.frame.variable = this.term(each);
    else if (/^(&&|\|\|)$/.test(each.text)) this.frame.variable = null;
  }
}

/** What stands before a position: which kind of place it is, and all that is known of the variables. A prefix that
 * the query does not declare stands for its ``usual`` namespace. */
export function situation(text, at, usual = new Map()) {
  const typed = TYPED.exec(text.slice(0, at))[0];
  const from = at - typed.length;
  const everything = terminals(text);
  const prefixes = declared(everything);
  if (everything.some(({ kind, from: start, to }) => (kind === "comment" || kind === "string") && start < at && (at < to || (kind === "comment" && at === to))))
    return null;
  const before = terminals(text.slice(0, from));
  if (before.some(({ kind, text: sign }) => kind === "other" && /["']/.test(sign))) return null;
  const reader = new Reader(prefixes, usual).read(before);
  const rest = terminals(text.slice(at));
  const anew = rest.findIndex(({ text: sign }) => sign === "." || sign === "{" || sign === "}");
  const after = new Reader(prefixes, usual);
  for (let open = 0; open < MOST_OPEN; open += 1) after.frames.push({ kind: "group", expect: "subject", clause: "" });
  if (anew >= 0) after.read(rest.slice(anew));
  const { frame } = reader;
  const place = placeOf(reader);
  const variables = new Set(everything.filter(({ kind, from: start }) => kind === "variable" && start !== from).map((each) => `?${each.text.slice(1)}`));
  return {
    place,
    typed,
    from,
    prefixes,
    subject: frame.subject ?? null,
    path: frame.path ?? [],
    column: frame.columns?.[Math.min(frame.at ?? 0, frame.columns.length - 1)] ?? frame.about ?? frame.variable ?? null,
    triples: [...reader.triples, ...after.triples],
    variables: [...variables],
  };
}

function placeOf({ frame, before }) {
  if (before?.kind === "word" && /^PREFIX$/i.test(before.text)) return "prefix";
  if (frame.kind === "values" || frame.kind === "row") return "value";
  if (frame.kind === "expression") return "expression";
  if (frame.clause === "SELECT") return "select";
  if (frame.clause === "FILTER") return "expression";
  if (frame.clause === "ORDER" || frame.clause === "GROUP" || frame.clause === "HAVING" || frame.clause === "BY") return "select";
  if (frame.kind !== "group") return "top";
  if (frame.clause) return "other";
  return frame.expect;
}
