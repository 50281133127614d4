"""Worlds kept for the end: written before learning was worked on last, and first played when it was finished.

They differ from the three others in shape: four options in a decision, more kinds, twice as many parties (so that many
tasks are about somebody new), steps that hardly ever tell at once whether they were right, and a kind with one
decision alone.
"""

from pipelines.tasks.worlds import Decision, Kind, World

__all__ = ["HELD_OUT", "held_out"]

_PATIENTS = (
    "Ada Nwosu",
    "Bruno Keller",
    "Clara Lindqvist",
    "Dario Conti",
    "Elif Aydin",
    "Frank Osei",
    "Greta Novak",
    "Hugo Ferreira",
    "Iris Bakker",
    "Jonas Petrov",
    "Kira Salonen",
    "Liam Doyle",
)
_TOWNS = (
    "Ashford",
    "Brindisi",
    "Coimbra",
    "Dresden",
    "Esbjerg",
    "Freiburg",
    "Girona",
    "Haarlem",
    "Innsbruck",
    "Jena",
    "Kaunas",
    "Leeds",
)


def _clinic() -> World:
    """Requests at a clinic: which desk and which form; some patients' own doctor."""
    desk = Decision("desk", ("front desk", "night desk", "call centre", "ward office"))
    form = Decision("form", ("green form", "blue form"))
    doctor = Decision("doctor", ("first doctor", "second doctor", "third doctor"))
    kinds = (
        Kind(
            "vaccine",
            ("Arrange {number} vaccinations for {subject}", "Set up vaccination number {number} of {subject}"),
            _PATIENTS,
            (desk, form),
        ),
        Kind(
            "bloods",
            ("Order {number} blood tests for {subject}", "Have the blood of {subject} tested for {number} values"),
            _PATIENTS,
            (desk,),
            (doctor,),
        ),
        Kind(
            "records",
            ("Send {number} pages of records to {subject}", "Copy {number} pages of the file of {subject}"),
            _PATIENTS,
            (desk, form),
        ),
        Kind(
            "transport",
            ("Find a ride home for {subject} after day {number}", "Book an ambulance ride for {subject}, day {number}"),
            _PATIENTS,
            (desk,),
        ),
        Kind(
            "surgery",
            ("Move the operation of {subject} by {number} days", "Postpone the surgery of {subject}, {number} days"),
            _PATIENTS,
            (desk, form),
            (doctor,),
        ),
        Kind(
            "moods",
            ("Guess how {subject} feels on a scale to {number}",),
            _PATIENTS,
            (desk, form),
            distractor=True,
        ),
    )
    return World("clinic", kinds, heard=0.1)


def _couriers() -> World:
    """Deliveries to towns: carrier, hour and wrapping by kind of goods; no step says whether it was right."""
    carrier = Decision("carrier", ("van", "bicycle", "train", "drone"))
    hour = Decision("hour", ("at dawn", "at noon", "at night"))
    gate = Decision("gate", ("east gate", "west gate"))
    kinds = (
        Kind(
            "ice",
            ("Deliver {number} crates of ice cream to {subject}", "Take {number} boxes of ice cream to {subject}"),
            _TOWNS,
            (carrier, hour),
        ),
        Kind(
            "piano",
            ("Move {number} pianos to {subject}", "Haul {number} grand pianos to {subject}"),
            _TOWNS,
            (carrier,),
            (gate,),
        ),
        Kind(
            "flowers",
            ("Bring {number} roses to {subject}", "Carry {number} bunches of tulips to {subject}"),
            _TOWNS,
            (hour,),
        ),
        Kind(
            "letters",
            ("Post {number} registered letters to {subject}", "Dispatch {number} signed letters for {subject}"),
            _TOWNS,
            (carrier, hour),
            (gate,),
        ),
        Kind(
            "omens",
            ("Foretell whether {number} storks land in {subject}",),
            _TOWNS,
            (carrier, hour),
            distractor=True,
        ),
    )
    return World("couriers", kinds)


HELD_OUT = ("clinic", "couriers")


def held_out() -> tuple[World, ...]:
    """Return the worlds that were kept for the end."""
    return _clinic(), _couriers()
