"""What a relation may join: the kinds of its subject and of its object (MODEL.md, "Properties")."""

from __future__ import annotations

from dataclasses import dataclass

from kgapp.model import SectionName

ACTORS = ("Body", "Collective", "ActorType", "Post", "PeopleGroup")
VENUES = ("Facility", "FacilityType")
PROGRAMMES = ("Programme", "Plan")
ISSUES = ("issue", "nextIssue")
STATEMENTS = tuple(SectionName)
PASSAGES = (*STATEMENTS, "chart")
ROLES = ("hasLead", "hasPartner", "hasSubject", "hasParticipant")


@dataclass(frozen=True)
class Relation:
    """What a relation joins: a section's name, ``chart`` or a class for either end."""

    subjects: tuple[str, ...]
    objects: tuple[str, ...]


MEMBERSHIPS = {
    "hasConstituent": Relation(("Collective",), ACTORS),
    "subBodyOf": Relation(("Body",), ("Body",)),
    "alsoServesAs": Relation(("Post",), ("Post",)),
    "locatedIn": Relation(VENUES, ("Facility",)),
}
"""What things of the register are to each other; the register's tables and the claims say it."""

RELATIONS = {
    **{role: Relation(PASSAGES, ACTORS) for role in ROLES},
    "targets": Relation(STATEMENTS, ("PeopleGroup",)),
    "continues": Relation(("direction",), ("status",)),
    "addresses": Relation(("direction",), ISSUES),
    "basedOn": Relation(STATEMENTS, PROGRAMMES),
    "usesProgramme": Relation(STATEMENTS, PROGRAMMES),
    "usesFacility": Relation(STATEMENTS, VENUES),
    "heldAt": Relation(STATEMENTS, ("Facility",)),
    "coversDistrict": Relation(STATEMENTS, ("District",)),
    "modelDistrict": Relation(STATEMENTS, ("District",)),
    "coversAllDistrictsOf": Relation(STATEMENTS, ("Municipality",)),
    "inTrack": Relation(("chart",), ("Track",)),
    **MEMBERSHIPS,
}
