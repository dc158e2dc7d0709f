"""Pure functions over text and the bytes it comes in: no ORM, no settings, no network."""
