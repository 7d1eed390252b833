"""Puts together what an edition's build tells of its quality (``kgapp.quality``)."""

from __future__ import annotations

from collections import Counter

from kgapp.annotate import annotate
from kgapp.build.editions import Built, modes
from kgapp.model import Mode, Readings
from kgapp.quality import Quality, Reading, StepFinding


def quality_of(built: Built) -> Quality:
    """Everything recorded of an edition's quality; the same for the same input."""
    description = built.edition.paper.description
    return Quality(
        city=description.city,
        edition=description.edition,
        modes=modes(built),
        shapes=built.shapes,
        tallies=built.tallies,
        results=built.advice,
        findings=tuple(
            StepFinding(finding.place, finding.kind, finding.words, finding.why, finding.about)
            for finding in built.findings
        ),
        readings=tuple(_readings(built)),
    )


def _readings(built: Built) -> list[Reading]:
    """One reading for each relation that has links or was read, by name. What the rules alone make
    is made again without a person's decisions, and compared with the settled links."""
    edition, links = built.edition, built.annotation.links
    alone = annotate(edition.paper, edition.register, Readings()).links
    settled = {link.key for link in links}
    made, kept = Counter[str](), Counter[str]()
    for key in {link.key for link in alone}:
        made[key[1]] += 1
        kept[key[1]] += key in settled
    found = []
    for relation in sorted({link.predicate for link in links} | set(made) | set(edition.counted)):
        own = [link for link in links if link.predicate == relation]
        outcomes = Counter(link.outcome for link in own)
        grounds = Counter(link.mode for link in own)
        counted = edition.counted.get(relation)
        found.append(
            Reading(
                relation=relation,
                links=len(own),
                stated=grounds[Mode.STATED],
                interpreted=grounds[Mode.INTERPRETED],
                supported=outcomes["supported"],
                not_supported=outcomes["notSupported"],
                contradicted=outcomes["contradicted"],
                unread=outcomes[""],
                by_rule=made[relation],
                by_rule_kept=kept[relation],
                **(vars(counted) if counted else {}),
            )
        )
    return found
