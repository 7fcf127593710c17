"""The refusals about businesses that more than one module gives, worded once."""

from mesh.errors import AlreadyExists, Conflict, Forbidden, NotFound


def no_such_business() -> NotFound:
    """Also the answer to somebody who does not answer for it."""
    return NotFound("There is no such business.", reason="BUSINESS_NOT_FOUND")


def slug_taken() -> AlreadyExists:
    """Another business has this slug."""
    return AlreadyExists("Another business has this slug. Choose another one.", reason="SLUG_TAKEN", field="slug")


def other_origin() -> Forbidden:
    """A page that the business does not list asks for it."""
    return Forbidden("This site may not talk to the business.", reason="ORIGIN_NOT_ALLOWED")


def changed_meanwhile() -> Conflict:
    """What somebody wanted to change is not any more what it was when it was read."""
    return Conflict("Somebody else changed this at the same time. Look again.", reason="CHANGED_MEANWHILE")
