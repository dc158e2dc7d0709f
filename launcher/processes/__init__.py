"""The processes of bin/up."""
