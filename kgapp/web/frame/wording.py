"""The words that pages use for what the graph says: kinds, relations and grounds, in ja and en.

Terms of our own vocabulary have their labels in the store; here stand those of others, what a
relation is called when it is read from its object, and the grounds in plain words.
"""

from __future__ import annotations

from kgapp.errors import Message
from kgapp.results import PREFIXES
from kgapp.rights import LICENSE
from kgapp.vocab import ONTOLOGY

CCR = f"{ONTOLOGY}#"
NAMESPACES = {
    **PREFIXES,
    "dcat": "http://www.w3.org/ns/dcat#",
    "spdx": "http://spdx.org/rdf/terms#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "schema": "https://schema.org/",
    "sosa": "http://www.w3.org/ns/sosa/",
    "time": "http://www.w3.org/2006/time#",
}
"""The namespaces of the data and of what describes them, by the prefix that is usual for each."""


def expanded(name: str) -> str:
    """The IRI of a prefixed name: ``ccr:hasLead``."""
    prefix, _, local = name.partition(":")
    return NAMESPACES[prefix] + local


def _terms(table: dict[str, tuple[str, str]]) -> dict[str, Message]:
    return {expanded(name): Message(*words) for name, words in table.items()}


TERMS = _terms(
    {
        "rdf:type": ("種類", "kind"),
        "rdf:subject": ("主張の主語", "subject of the claim"),
        "rdf:predicate": ("主張の関係", "relation of the claim"),
        "rdf:object": ("主張の目的語", "object of the claim"),
        "rdfs:label": ("名前", "name"),
        "rdfs:comment": ("注記", "comment"),
        "rdfs:seeAlso": ("参照", "see also"),
        "skos:prefLabel": ("名前", "name"),
        "skos:altLabel": ("別の表記", "also written"),
        "skos:notation": ("記号", "notation"),
        "skos:editorialNote": ("編集の注記", "editorial note"),
        "skos:exactMatch": ("同じもの（外部）", "the same, elsewhere"),
        "skos:inScheme": ("属する体系", "in scheme"),
        "skos:Concept": ("概念", "concept"),
        "skos:ConceptScheme": ("概念の体系", "concept scheme"),
        "dcterms:isPartOf": ("属するもの", "part of"),
        "dcterms:issued": ("発行", "issued"),
        "dcterms:publisher": ("発行者", "publisher"),
        "dcterms:rights": ("権利", "rights"),
        "dcterms:license": ("利用許諾", "licence"),
        "dcterms:source": ("出どころ", "source"),
        "dcterms:spatial": ("対象の地域", "place covered"),
        "dcterms:title": ("題名", "title"),
        "dcterms:description": ("説明", "description"),
        "prov:Entity": ("来歴をもつもの", "thing with a provenance"),
        "prov:wasDerivedFrom": ("もとにしたもの", "derived from"),
        "prov:wasQuotedFrom": ("引用元", "quoted from"),
        "oa:TextQuoteSelector": ("引用の言葉", "words of a quote"),
        "oa:TextPositionSelector": ("引用の位置", "place of a quote"),
        "oa:hasSelector": ("引用の指定", "selector"),
        "oa:hasSource": ("引用した文書", "text quoted"),
        "oa:exact": ("言葉", "words"),
        "oa:prefix": ("直前の言葉", "words before"),
        "oa:suffix": ("直後の言葉", "words after"),
        "oa:start": ("始まり（0から数えた文字数）", "start (characters, from 0)"),
        "oa:end": ("終わり（含まない）", "end (excluded)"),
        "org:Organization": ("組織", "organization"),
        "org:OrganizationalCollaboration": ("組織の連合", "collaboration of organizations"),
        "org:Post": ("職", "post"),
        "org:hasMember": ("構成員", "has member"),
        "org:transitiveSubOrganizationOf": ("上位の組織", "below the organization"),
        "owl:differentFrom": ("別のもの", "different from"),
        "schema:Place": ("場所", "place"),
        "schema:sha256": ("SHA-256（文字列の指紋）", "SHA-256 of the text"),
        "schema:text": ("全文", "full text"),
        "schema:unitText": ("単位", "unit"),
        "sosa:Observation": ("観測", "observation"),
        "sosa:hasFeatureOfInterest": ("何についての値か", "about"),
        "sosa:hasSimpleResult": ("値", "value"),
        "sosa:observedProperty": ("何を数えたか", "what was counted"),
        "sosa:phenomenonTime": ("いつの値か", "as of"),
        "time:Instant": ("日", "day"),
        "time:ProperInterval": ("期間", "period"),
        "time:Year": ("年", "year"),
        "time:hasBeginning": ("始まり", "begins"),
        "time:hasEnd": ("終わり", "ends"),
        "time:inXSDDate": ("日付", "date"),
        "foaf:Document": ("文書", "document"),
        "sd:Graph": ("名前付きグラフ", "named graph"),
        "void:Dataset": ("データセット", "dataset"),
        "void:triples": ("トリプル数", "triples"),
        "void:sparqlEndpoint": ("問い合わせ先", "SPARQL endpoint"),
        "void:dataDump": ("内容を取り出すアドレス", "where its content is had"),
        "void:uriSpace": ("名前の範囲", "names begin with"),
        "void:vocabulary": ("語彙", "vocabulary"),
        "dcterms:alternative": ("別の題名", "also titled"),
        "dcterms:conformsTo": ("従う規格", "conforms to"),
        "dcterms:format": ("形式", "format"),
        "dcterms:hasPart": ("含むもの", "has part"),
        "dcterms:identifier": ("識別子", "identifier"),
        "dcterms:language": ("言語", "language"),
        "dcterms:temporal": ("対象の期間", "period covered"),
        "foaf:homepage": ("ホームページ", "homepage"),
        "foaf:name": ("名前", "name"),
        "prov:Activity": ("作業", "activity"),
        "prov:SoftwareAgent": ("プログラム", "software"),
        "prov:used": ("使ったもの", "used"),
        "prov:wasAssociatedWith": ("行ったもの", "carried out by"),
        "prov:wasGeneratedBy": ("作った作業", "generated by"),
        "spdx:Checksum": ("チェックサム", "checksum"),
        "spdx:algorithm": ("方式", "algorithm"),
        "spdx:checksum": ("チェックサム", "checksum"),
        "spdx:checksumValue": ("値", "value"),
        "void:Linkset": ("リンク集合", "linkset"),
        "void:class": ("クラス", "class"),
        "void:classPartition": ("クラスごとの部分", "part for a class"),
        "void:classes": ("クラスの数", "classes"),
        "void:distinctObjects": ("異なる目的語の数", "distinct objects"),
        "void:distinctSubjects": ("異なる主語の数", "distinct subjects"),
        "void:entities": ("ものの数", "things"),
        "void:exampleResource": ("例", "example"),
        "void:linkPredicate": ("リンクの述語", "link predicate"),
        "void:objectsTarget": ("リンク先", "links to"),
        "void:properties": ("プロパティの数", "properties"),
        "void:property": ("プロパティ", "property"),
        "void:propertyPartition": ("プロパティごとの部分", "part for a property"),
        "void:subjectsTarget": ("リンク元", "links from"),
        "void:subset": ("部分", "subset"),
        "dcat:accessURL": ("入手先", "access"),
        "dcat:compressFormat": ("圧縮の形式", "compressed as"),
        "dcat:endDate": ("終わり", "ends"),
        "dcat:endpointDescription": ("問い合わせ先の説明", "description of the endpoint"),
        "dcat:endpointURL": ("問い合わせ先", "endpoint"),
        "dcat:first": ("最初のもの", "first"),
        "dcat:hasCurrentVersion": ("今の版", "current version"),
        "dcat:hasVersion": ("版をもつ", "has version"),
        "dcat:isVersionOf": ("何の版か", "version of"),
        "dcat:keyword": ("キーワード", "keyword"),
        "dcat:last": ("最後のもの", "last"),
        "dcat:resource": ("収めるもの", "lists"),
        "dcat:seriesMember": ("系列のデータセット", "member of the series"),
        "dcat:servesDataset": ("出しているデータセット", "serves"),
        "dcat:startDate": ("始まり", "begins"),
        "dcat:theme": ("分野", "theme"),
        "dcat:themeTaxonomy": ("分野の体系", "taxonomy of themes"),
        "dcat:Catalog": ("目録", "catalogue"),
        "dcat:DataService": ("データサービス", "data service"),
        "dcat:Dataset": ("データセット", "dataset"),
        "dcat:DatasetSeries": ("データセットの系列", "series of datasets"),
        "dcat:Distribution": ("配布ファイル", "distribution"),
        "dcat:distribution": ("配布ファイル", "distribution"),
        "dcat:downloadURL": ("ダウンロード", "download"),
        "dcat:byteSize": ("大きさ（バイト）", "size in bytes"),
        "dcat:mediaType": ("メディアタイプ", "media type"),
        "dcat:dataset": ("データセット", "dataset"),
        "dcat:service": ("サービス", "service"),
        "dcat:version": ("版", "version"),
        "dcat:inSeries": ("系列", "in series"),
    }
)
TERMS |= {
    str(ONTOLOGY): Message("語彙（ccr）", "vocabulary (ccr)"),
    str(LICENSE): Message("CC BY 4.0（クリエイティブ・コモンズ 表示 4.0）", "CC BY 4.0"),
}
"""What terms of other vocabularies, our own and the licence are called here."""

INVERSE = _terms(
    {
        "ccr:hasLead": ("中心として書かれている記載", "passages that name it as lead"),
        "ccr:hasPartner": ("連携先として書かれている記載", "passages that name it as partner"),
        "ccr:hasSubject": ("扱う主体として書かれている記載", "passages that are about it"),
        "ccr:hasParticipant": ("参加者として書かれている記載", "passages that name it as participant"),
        "ccr:targets": ("支援対象として書かれている記述", "statements that are meant to help it"),
        "ccr:involves": ("関わる主体として入る記載", "passages that involve it, directly or through others"),
        "ccr:involvesDirectly": ("直接関わる主体として入る記載", "passages that involve it directly"),
        "ccr:involvedIn": ("ここに関わる主体", "actors involved in it"),
        "ccr:activeInTheme": ("ここで活動する主体", "actors active in it"),
        "ccr:respondedToBy": ("これが応じる課題", "issues that it responds to"),
        "ccr:continues": ("これを引き継ぐ方向性", "directions that continue it"),
        "ccr:continuedIn": ("ここに引き継がれた取組状況", "status items continued in it"),
        "ccr:addresses": ("これに対応する方向性", "directions that address it"),
        "ccr:addressedBy": ("これが対応する課題", "issues that it addresses"),
        "ccr:inTheme": ("このテーマの記載", "passages of this theme"),
        "ccr:inSection": ("この節の記述", "statements of this section"),
        "ccr:forFiscalYear": ("この年度についての記述", "statements about this fiscal year"),
        "ccr:targetYear": ("この年を目標とする記述", "goals due in this year"),
        "ccr:withinPeriod": ("この期間に含まれる段階", "phases within this period"),
        "ccr:coversDistrict": ("この地区に及ぶ記述", "statements that reach this district"),
        "ccr:modelDistrict": ("モデル地区として書く記述", "statements that name it as model district"),
        "ccr:coversAllDistrictsOf": ("全地区を対象とする記述", "statements that cover all its districts"),
        "ccr:hasDistrict": ("この地区をもつ市町村", "municipality that has this district"),
        "ccr:governs": ("これを管轄する団体", "body that governs it"),
        "ccr:hasConstituent": ("これを構成団体とする連合体", "collectives that it is part of"),
        "ccr:subBodyOf": ("下部組織", "bodies below it"),
        "ccr:alsoServesAs": ("これを兼ねる職", "posts that also serve as it"),
        "ccr:locatedIn": ("ここに所在する場", "venues located in it"),
        "ccr:heldAt": ("ここで行われる取組の記述", "statements of what is held at it"),
        "ccr:usesFacility": ("これを使う記述", "statements that use it"),
        "ccr:usesProgramme": ("これを活用する記述", "statements that use it"),
        "ccr:basedOn": ("これに基づく記述", "statements based on it"),
        "ccr:changedFrom": ("これから変わった値", "values that changed from it"),
        "ccr:inferredFrom": ("これから推論された主張", "claims concluded from it"),
        "ccr:objectQuotedFrom": ("対象の側をここから引く主張", "claims whose object is quoted from it"),
        "prov:wasQuotedFrom": ("ここを引用するもの", "what quotes it"),
        "prov:wasDerivedFrom": ("これをもとにしたもの", "what is derived from it"),
        "rdf:subject": ("これについての主張", "claims about it"),
        "rdf:object": ("これを相手とする主張", "claims that lead to it"),
        "dcterms:isPartOf": ("これに含まれるもの", "what is part of it"),
        "dcterms:source": ("これを出どころとするもの", "what has it as its source"),
        "dcterms:spatial": ("ここを対象の地域とするもの", "what is about this place"),
        "dcterms:publisher": ("これが発行したもの", "what it published"),
        "oa:hasSource": ("ここからの引用", "quotes from it"),
        "oa:hasSelector": ("この指定をもつ引用", "quotes selected by it"),
        "owl:differentFrom": ("別のものとされるもの", "what is told apart from it"),
        "skos:inScheme": ("この体系に属するもの", "what is in this scheme"),
        "sosa:hasFeatureOfInterest": ("これについての観測値", "values about it"),
        "sosa:phenomenonTime": ("この時の観測値", "values as of it"),
        "time:hasBeginning": ("この日に始まる期間", "periods that begin on it"),
        "time:hasEnd": ("この日に終わる期間", "periods that end on it"),
        "org:hasMember": ("これを構成員とする組織", "organizations that have it as a member"),
        "org:transitiveSubOrganizationOf": ("これの下にある組織", "organizations below it"),
    }
)
"""What those are that point to a thing, by property."""

MODES = {
    f"{CCR}stated": Message("原文どおり", "as stated"),
    f"{CCR}interpreted": Message("読み取り", "read from the text"),
    f"{CCR}inferred": Message("推論", "concluded"),
}
LEGEND = {
    f"{CCR}stated": Message(
        "両方の名前と関係が，引用した言葉の中にあります。",
        "Both names and the relation stand in the quoted words.",
    ),
    f"{CCR}interpreted": Message(
        "人が読んで判断しました。理由を添えています。", "A person read it so; the reason is given."
    ),
    f"{CCR}inferred": Message(
        "ほかの主張から規則で結論しました。資料にそのままの言葉はありません。",
        "Concluded by a rule from other claims; the paper does not say it in these words.",
    ),
}
