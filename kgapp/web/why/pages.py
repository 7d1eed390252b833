"""Why a triple holds, over HTTP: the page, RDF in every form, and JSON."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.blueprints import BlueprintSetupState

from kgapp.errors import Message, QueryRefused
from kgapp.explain import Explainer, Explanation
from kgapp.jsonld import written
from kgapp.tokens import canonical
from kgapp.web.frame.context import Context
from kgapp.web.frame.documents import EXTENSIONS, HTML, RDF, Asked, asked, respond, serialized
from kgapp.web.frame.links import document_of, notation_of, reading_of, why_parameters
from kgapp.web.http.answers import FRESH
from kgapp.web.http.render import language
from kgapp.web.quality.evidence import OUTCOMES
from kgapp.web.quality.wrong import wrong_address
from kgapp.web.trace.words import say
from kgapp.web.why.argument import Arguing, Node
from kgapp.web.why.asked import read_triple
from kgapp.web.why.rdf import OWN_PREFIXES, Telling, as_tree
from kgapp.web.why.words import SPECIFICATION, Speaker, capital

blueprint = Blueprint("why", __name__)
EXPLAINER = "kgapp-explainer"
FORMS = (HTML, *RDF)
PARAMETERS = ("s", "p", "o", "way")
LONG, LONGEST = 1000, 4000
"""Characters of an address above which it is not repeated for each form, and those that it has at most:
headers hold it too, and what stands between takes only so much."""
NEAR = 20
"""Other triples between two things that are told where the one asked for is not there."""
SHOWN = 200
"""Characters of an unknown name that a message repeats."""
SUMMARIZED = 10
"""Other ways that are told in a line; further ones by their number."""
FORM_NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML", "trig": "TriG",
              "nq": "N-Quads"}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What is asked: the triple, and which of its ways, counted from 1."""

    triple: ox.Triple
    way: int
    base: str

    def query(self, way: int = 0) -> str:
        """The parameters of an address, for a way (this one where none is given)."""
        number = way or self.way
        return f"?{_parameters(self.triple, self.base)}" + (f"&way={number}" if number > 1 else "")


@blueprint.record
def _set_up(state: BlueprintSetupState) -> None:
    context: Context = state.app.extensions["kgapp"]
    state.app.extensions[EXPLAINER] = Explainer(context.source, context.page_queries)


@blueprint.get("/why")
@blueprint.get("/why.<extension>")
def why(extension: str = "") -> Response:
    """Why a triple holds, in the form asked for."""
    # Of a form that is not offered the page itself answers 404, as of any other address.
    if extension and EXTENSIONS.get(extension) not in FORMS:
        raise _no_form(extension)
    wanted = asked(f"why.{extension}" if extension else "why", FORMS)
    question = _question()
    explanation = _explained(question)
    if wanted.form is HTML:
        return _page(question, explanation, wanted)
    _require_there(question, explanation)
    node, speakers = _argument(question, explanation)
    if node is None:
        raise _untraced()
    context = _context()
    dataset = f"{question.base}id/dataset" if context.dataset() else ""
    quads = Telling(f"{question.base}why{question.query()}", speakers).quads(node, dataset)
    return _respond(serialized(quads, wanted.form, context.terms, OWN_PREFIXES), wanted, question)


@blueprint.get("/why.json")
def tree() -> Response:
    """The same as a tree in JSON."""
    question = _question()
    explanation = _explained(question)
    _require_there(question, explanation)
    node, speakers = _argument(question, explanation)
    response = make_response(written(as_tree(explanation, question.way, node, speakers)))
    response.content_type = "application/json"
    response.headers["Cache-Control"] = FRESH
    response.add_etag()
    response.make_conditional(request)
    return response


def _respond(body: bytes | str, wanted: Asked, question: Question) -> Response:
    query = question.query()
    # Each other form is a link with all of the address.
    forms = FORMS if len(query) <= LONG else ()
    ours = _context().dataset() is not None
    return respond(body, wanted, f"{request.script_root}/why", forms, query=query, ours=ours)


def _page(question: Question, explanation: Explanation, wanted: Asked) -> Response:
    context, lang = _context(), language()
    base = context.source.base
    speaker = _speaker(lang)
    arguing = Arguing(context, speaker)
    node = arguing.node(explanation.ways[question.way - 1]) if explanation.ways else None
    of_dataset = context.dataset() is not None
    others = [(number, way) for number, way in enumerate(explanation.ways, 1) if number != question.way]
    body = render_template(
        "why.html",
        lang=lang,
        question=question,
        explanation=explanation,
        sentence=capital(speaker.pieces(explanation.triple), lang),
        node=node,
        told=arguing.in_one_go(node) if node and not node.recorded else [],
        others=[(number, arguing.summary(way)) for number, way in others[:SUMMARIZED]],
        further=[number for number, _ in others[SUMMARIZED:]],
        near=[] if explanation.there else _near(question, speaker),
        unknown=[] if explanation.there else _unknown(question),
        address=lambda iri: document_of(iri, base) if of_dataset else None,
        reading=lambda iri: reading_of(iri, base) if of_dataset else None,
        glosses=_glosses(node) if node and lang == "en" else {},
        notation=lambda iri: notation_of(iri, base),
        name=speaker.name,
        wrong=_wrong if of_dataset else None,
        outcomes={name: say(words, lang) for name, words in OUTCOMES.items()},
        specification=SPECIFICATION,
        triple=canonical(explanation.triple),
        forms=[(name, FORM_NAMES[name], EXTENSIONS[name].types[0]) for name in _offered(question)],
    )
    if not explanation.there:
        response = make_response(body, 404)
        response.vary.update(["Accept", "Accept-Language"])
    else:
        response = _respond(body, wanted, question)
    # As many pages as triples: no search engine needs them all.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _glosses(node: Node) -> dict[str, str]:
    """What the passages that are quoted say in English, by our unofficial translation."""
    context = _context()
    passages = dict.fromkeys(quote.passage for quote in node.quotes if quote.passage)
    if not passages:
        return {}
    query = context.page_queries["why-glosses"].among(map(ox.NamedNode, passages))
    rows = query.run(context.source)
    assert isinstance(rows, ox.QuerySolutions)
    return {row["thing"].value: row["gloss"].value for row in rows}


def _offered(question: Question) -> tuple[str, ...]:
    """The forms that a page links to, by extension: one of a long address."""
    return tuple(FORM_NAMES) if len(question.query()) <= LONG else ("ttl",)


def _argument(question: Question, explanation: Explanation) -> tuple[Node | None, dict[str, Speaker]]:
    """The argument of the way that is asked for, and who says it in each language."""
    speakers = {lang: _speaker(lang) for lang in ("ja", "en")}
    if not explanation.ways:
        return None, speakers
    return Arguing(_context(), speakers["ja"]).node(explanation.ways[question.way - 1]), speakers


def _question() -> Question:
    given: dict[str, str] = {}
    for name in PARAMETERS:
        values = request.args.getlist(name)
        if len(values) > 1:
            raise QueryRefused(
                Message(f"{name} は一つだけです。", f"There is more than one {name}."),
                Message("一つにしてください。", "Give it once."),
            )
        if values:
            given[name] = values[0]
    way = given.pop("way", "1")
    if not (way.isascii() and way.isdigit() and 0 < len(way) < 4 and int(way) > 0):
        raise _no_way(way)
    base = _context().source.base
    question = Question(read_triple(given, base), int(way), base)
    if len(question.query()) > LONGEST:
        raise QueryRefused(
            Message("アドレスが長すぎます。", "The address is too long."),
            Message(
                f"s, p, o を合わせて，符号化して{LONGEST}字までです。",
                f"Encoded, s, p and o have {LONGEST} characters at most.",
            ),
        )
    return question


def _explained(question: Question) -> Explanation:
    explainer: Explainer = current_app.extensions[EXPLAINER]
    found = explainer.explain(question.triple)
    if question.way > max(1, len(found.ways)):
        raise _no_way(str(question.way))
    return found


def _near(question: Question, speaker: Speaker) -> list[tuple[str, str]]:
    """What is recorded or concluded between the two in other relations, or the other way round: each as
    a sentence, and where it is told why."""
    explainer: Explainer = current_app.extensions[EXPLAINER]
    return [
        (speaker.sentence(one), f"{request.script_root}/why?{_parameters(one, question.base)}")
        for one in explainer.near(question.triple)[:NEAR]
    ]


def _unknown(question: Question) -> list[str]:
    """The names in a triple that the data mention nowhere."""
    explainer: Explainer = current_app.extensions[EXPLAINER]
    return [term.value for term in explainer.unknown(question.triple)]


def _parameters(triple: ox.Triple, base: str) -> str:
    subject, obj = triple.subject, triple.object
    assert isinstance(subject, ox.NamedNode)
    written = obj.value if isinstance(obj, ox.NamedNode) else str(obj)
    return why_parameters(subject.value, triple.predicate.value, written, base)


def _wrong(triple: ox.Triple) -> str:
    """Where it is told that a record is wrong."""
    subject, obj = triple.subject, triple.object
    assert isinstance(subject, ox.NamedNode)
    assert isinstance(obj, ox.NamedNode | ox.Literal)
    return wrong_address(subject.value, triple.predicate.value, obj)


def _speaker(lang: str) -> Speaker:
    context = _context()
    dataset = context.dataset()
    return Speaker(context, lang, several=dataset is not None and len(dataset.editions) > 1)


def _context() -> Context:
    context: Context = current_app.extensions["kgapp"]
    return context


def _require_there(question: Question, explanation: Explanation) -> None:
    if explanation.there:
        return
    near = "; ".join(sentence for sentence, _ in _near(question, _speaker("ja")))
    near_en = "; ".join(sentence for sentence, _ in _near(question, _speaker("en")))
    if unknown := ", ".join(f"<{iri[:SHOWN]}>" for iri in _unknown(question)):
        raise QueryRefused(
            Message("そのトリプルは記録されていません。", "That triple is not recorded."),
            Message(
                f"データのどこにも出てこない名前があります: {unknown}",
                f"The data nowhere mention {unknown}: check how it is spelt.",
            ),
            status=404,
        )
    raise QueryRefused(
        Message("そのトリプルは記録されていません。", "That triple is not recorded."),
        Message(
            f"二つの間に記録されているもの: {near}" if near else "二つの間には何も記録されていません。",
            f"Between the two there is: {near_en}" if near_en else "Nothing is recorded between the two.",
        ),
        status=404,
    )


def _untraced() -> QueryRefused:
    return QueryRefused(
        Message(
            "規則による結論と記録されていますが，その道筋はこのデータからたどれません。",
            "It is recorded as a conclusion, but how it follows cannot be traced in these data.",
        ),
        Message("/why.json はそのことを伝えます。", "/why.json tells as much."),
        status=404,
    )


def _no_way(way: str) -> QueryRefused:
    return QueryRefused(
        Message(f"way={way[:8]} という根拠はありません。", f"There is no way={way[:8]}."),
        Message("way を付けずに開いてください。", "Open it without way."),
        status=404,
    )


def _no_form(extension: str) -> QueryRefused:
    names = ", ".join([*FORM_NAMES, "json", "html"])
    return QueryRefused(
        Message(f"「{extension[:20]}」という形式はありません。", f"There is no form {extension[:20]!r}."),
        Message(f"次のどれかにしてください: {names}", f"Use one of: {names}"),
        status=404,
    )
