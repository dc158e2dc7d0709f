"""The stages of a transcription: fetch, cut, transcribe, stitch, format."""
