"""Which wording gives which relation: the cues of MODEL.md, "Evidence", as tables.

Each cue is looked for right after a name (or a list of names with 等), a few right before it.
The first cue that fits decides; where none fits the mention is a finding for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ACTING = ("Body", "Collective", "ActorType", "Post")
MANNER = r"(?:新たな|さらなる|更なる|適宜|十分な|十分に|より一層の|より一層|緊密な|緊密に|一層の)?"
TOGETHER = r"(?:連携|協力|協働|共同|意見交換|情報交換|ネットワーク)"


@dataclass(frozen=True)
class Cue:
    """A relation, the kinds that it holds for, and the wording after (or before) the name."""

    relation: str
    kinds: tuple[str, ...]
    after: re.Pattern[str] | None = None
    before: re.Pattern[str] | None = None


def _after(relation: str, kinds: tuple[str, ...], pattern: str) -> Cue:
    return Cue(relation, kinds, after=re.compile(pattern))


def _before(relation: str, kinds: tuple[str, ...], pattern: str) -> Cue:
    return Cue(relation, kinds, before=re.compile(f"(?:{pattern})$"))


WHO = (*ACTING, "PeopleGroup")
GROUP = ("PeopleGroup",)

ACTOR_CUES = (
    # Partners first: …等の協力による and …との連携による are partners, not leads.
    _after("hasPartner", WHO, rf"と(?:の|も)?{MANNER}{TOGETHER}"),
    _after("hasPartner", WHO, rf"(?:の|からの)ご?{TOGETHER}"),
    _after("hasPartner", WHO, r"が(?:[^，、。]{0,12})?(?:連携|協働|協力)(?:し|する|した)"),
    _after("hasPartner", WHO, r"間(?:の|における)(?:連携|ネットワーク)"),
    _after("hasPartner", WHO, r"(?:だけに留まらず，[^，。]{1,12})?も含めた連携"),
    _after(
        "hasPartner",
        WHO,
        rf"(?:及び|並びに|や|・|，)[^，。、はがをにで]{{1,16}}と(?:の|も)?{MANNER}{TOGETHER}",
    ),
    _after("hasPartner", WHO, r"とともに"),
    _after("hasPartner", WHO, r"との推進"),
    _after("hasPartner", WHO, r"と(?:作成|実施|開催|共有)"),
    _after("hasLead", WHO, r"を(?:中心|主体)(?:に|と)"),
    _after("hasLead", WHO, r"(?:主体の|が主体と)"),
    _after("hasLead", WHO, r"による"),
    _before("hasSubject", ACTING, r"(?:設置|配置|整備)(?:する|した|される)"),
    _after("hasSubject", ACTING, r"の?機能の?(?:を)?(?:強化|検討|充実)"),
    _after("hasSubject", ACTING, r"の?(?:効果的な)?(?:配置|設置|育成|養成|確保|活用|活動支援|役割の見直し)"),
    _after("hasSubject", ACTING, r"を(?:[^，、。]{0,14})?(?:配置|設置|育成|養成|位置づけ|拡充)"),
    _after("hasSubject", ACTING, r"の(?:活動を支援|(?:構成や)?役割(?:の|を|に))"),
    _after("hasSubject", ACTING, r"について[^，。]{0,20}(?:検証|検討|養成|見直し)"),
    _after("hasSubject", ACTING, r"が(?:安心して|安定的に)[^，。]{0,30}支援"),
    _after("hasSubject", ("Post",), r"の活動に対し"),
    _after("hasSubject", ("PeopleGroup",), r"の(?:確保|育成|養成|発掘や[^，。]{0,8}育成)"),
    _after("hasSubject", ("PeopleGroup",), r"を増やし"),
    _after("hasParticipant", ACTING, r"(?:参加者|の参加|における議論|の参画|の出席)"),
    _after("hasParticipant", WHO, r"を交えた"),
    _after("hasParticipant", ACTING, r"(?:の|を)?マッチング"),
    _after("hasParticipant", ACTING, r"に(?:的確に|円滑に)?(?:つなげ|つなぐ|繋)"),
    _after("hasParticipant", ACTING, r"が[^，。]{0,20}(?:する|を共有|活躍|支援)"),
    _after("hasParticipant", ACTING, r"に「"),
    _after("hasParticipant", GROUP, r"が(?:[^，。]{0,16})?(?:参加|活躍)"),
    _after("hasParticipant", GROUP, r"(?:同士の|の声を|全体の活動|間における情報共有)"),
)
TARGET_CUES = (
    _after("targets", GROUP, r"に(?:対する|対し|対して|関する支援|わかりやすい)"),
    _after(
        "targets",
        GROUP,
        r"への(?:[^，。]{0,10})?(?:支援|対応|対策|周知|啓発|アウトリーチ|配慮|助成|給付|見守り)",
    ),
    _after("targets", GROUP, r"(?:を|とした)対象"),
    _after("targets", GROUP, r"向け"),
    _after("targets", GROUP, r"にとって"),
    _after("targets", GROUP, r"の?(?:(?:社会的)?孤立|社会参加|支援|貧困|居場所|在宅医療|移動支援|見守り)"),
    _after("targets", GROUP, r"の(?:[^，。]{0,12})?(?:負担の軽減|負担を軽減|自助|交通安全|ための支援)"),
    _after(
        "targets", GROUP, r"が[^。]{0,20}(?:暮らせる|暮らし続けられる|生活できる|集うことができる|集える)"
    ),
    _after("targets", GROUP, r"(?:の発掘|を早期に発見|を取り巻く課題|に関する支援)"),
)
ACTION = re.compile(
    r"(?:支援|周知|啓発|対応|対策|防止|構築|整備|検討|実施|推進|充実|開催|確立|強化|解決|軽減|拡充|展開|確保|整理|"
    r"見える化|アウトリーチ|づくり|仕組み|検証|実現|施策|配置|設置|育成|養成|位置づけ|活用|見直し|増やし|拡大)"
    r"(?:(?!及び|並び)[一-龯ァ-ヶー])*」?"
)
REACH = 70
"""How many characters behind a cue are searched for the words that say what is done."""

CUES = (*ACTOR_CUES, *TARGET_CUES)

VENUES = ("Facility", "FacilityType")
VENUE_VERBS = (
    "整備|設置|開設|活用|拠点|機能の充実|機能の強化|機能強化|充実|強化|整理|運営|拡充|拡大|周知|会場|利活用|体制整備|"
    "見える化|開催|再開|増設|取組|連携体制をつくる|において"
)
VENUE_CUE = re.compile(
    rf"(?:[^，、。]{{0,18}}?|[^，、。]{{0,12}}をはじめとする，[^，、。]{{0,12}}?)(?:{VENUE_VERBS})(?:・(?:{VENUE_VERBS}))*"
)
HELD_CUES = (
    re.compile(r"を(?:主な)?会場"),
    re.compile(r"(?:内)?に(?:整備|開設)"),
    re.compile(r"内に，?[^。]*?(?:設置|整備|開設)"),
    re.compile(r"(?:内)?(?:で|において)，?(?:[^，。]{0,10})?(?:開催|実施)"),
    re.compile(r"内の「[^」]+」"),
)

PROGRAMMES = ("Programme", "Plan")
BASIS_CUE = re.compile(r"(?:[（(][^）)]*[）)])?(?:に基づ[きくい]|を踏まえ)")
PROGRAMME_VERBS = (
    "開催|実施|開設|策定|創設|作成|推進|見直し|活用|利用促進|再構築|強化|参加|整備|充実|整理|運行|運営|拡充|拡大|検討|"
    "導入|調整|展開|普及|普及啓発|について|対象|改定|検証|周知|更新"
)
CLAUSE = re.compile(r"[^，、。]*")
"""A named facility or programme is linked by its clause where no verb of the lists follows."""
PROGRAMME_CUE = re.compile(rf"[^。]{{0,24}}?(?:{PROGRAMME_VERBS})")


def cue_for(kind: str, head: str, tail: str) -> tuple[str, int, int] | None:
    """The relation that the wording gives an actor or group, with how many characters of
    ``head`` and ``tail`` the cue takes; ``None`` where no cue fits."""
    for cue in CUES:
        if kind not in cue.kinds:
            continue
        if cue.after and (match := cue.after.match(tail)):
            return cue.relation, 0, match.end()
        if cue.before and (match := cue.before.search(head)):
            return cue.relation, len(head) - match.start(), 0
    return None


def with_action(text: str, start: int, end: int) -> int:
    """The quote's end moved on to the words that say what is done, where ``start:end`` has
    none and the same sentence has: 市民にとって → 市民にとってわかりやすい相談窓口の周知."""
    if ACTION.search(text, start, end):
        return end
    match = ACTION.search(text, end, min(len(text), end + REACH))
    if match is None or "。" in text[end : match.start()]:
        return end
    return match.end()
