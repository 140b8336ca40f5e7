"""Release and grading of exercises: all that an instructor uses.

``source`` reads the text of an exercise, ``release`` makes the student notebooks, ``normalise`` turns a submission
into a notebook that is safe to run, ``engine`` runs it behind ``sandbox``, ``grade`` keeps the gradebook, ``verdict`` is
what a student sees, ``sample`` writes a class to try all of it on.
"""
import sys

# nbformat brings jsonschema, which would load a grammar of addresses: a second of every start, for a check of what notebooks do not have.
sys.modules.setdefault("rfc3987_syntax", None)
