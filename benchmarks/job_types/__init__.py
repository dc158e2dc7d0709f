"""Kinds that exist only in the processes of a bench."""
