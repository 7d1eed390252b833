"""The dataset's title and rights, worded once (MODEL.md, "Rights"): the City's wording is not ours
to license.
"""

from __future__ import annotations

from rdflib import URIRef

TITLE = {
    "ja": "地域包括ケアロードマップ知識グラフ",
    "en": "Knowledge graph of community-care roadmaps",
}
PROJECT = "care-roadmap project"
"""Who publishes the dataset."""
LICENSE = URIRef("https://creativecommons.org/licenses/by/4.0/")
SOURCE_RIGHTS = {
    "ja": "資料の文言の権利は作成した市町村にある。ここでは利用を許諾しない。資料に利用条件の記載はない。",
    "en": "The wording belongs to the municipality that wrote the paper; no licence is granted here. "
    "The paper states no terms of use.",
}
DATASET_RIGHTS = {
    "ja": "語彙，関係，参考訳は CC BY 4.0。資料の文言（本文，引用，名称）はこの許諾に含まない。",
    "en": "Vocabulary, links and glosses are CC BY 4.0. The wording of the papers (texts, quotes, "
    "names) is not covered by this licence.",
}
DISCLAIMER = {
    "ja": "公開の委員会資料から作成したものであり，市町村が作成または承認したものではない。",
    "en": "Made from a public committee paper; neither made nor endorsed by the City.",
}
