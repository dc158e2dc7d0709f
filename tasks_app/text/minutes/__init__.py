"""Minutes of meetings: speakers, turns, decisions."""
