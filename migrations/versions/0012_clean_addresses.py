"""Addresses of staff lose what came along when they were pasted, so that their owners are found."""

import re
from unicodedata import category, normalize

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

STAFF = sa.table("staff", sa.column("id", sa.Integer), sa.column("email", sa.String))


def upgrade() -> None:
    connection = op.get_bind()
    found = connection.execute(sa.select(STAFF.c.id, STAFF.c.email).order_by(STAFF.c.id)).all()
    taken = {email for _id, email in found}
    for id_, email in found:
        address = cleaned(email)
        if "@" in address.strip("@") and address not in taken:
            connection.execute(sa.update(STAFF).where(STAFF.c.id == id_).values(email=address))
            taken.add(address)


def downgrade() -> None:
    pass


def cleaned(email: str) -> str:
    """Return an address as it is kept from now on."""
    seen = "".join(letter for letter in email if category(letter) != "Cf")
    address = " ".join(normalize("NFC", seen.replace("Ð", "đ").replace("ð", "đ")).split()).lower()
    if named := re.fullmatch("[^<>]*<([^<>]*)>[ ,;]*", address):
        address = named[1]
    address = address.strip(' "<>,;')
    if address.startswith("mailto:"):
        address = address.removeprefix("mailto:").partition("?")[0].strip(' "<>,;')
    return address
