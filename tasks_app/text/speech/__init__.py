"""Speech that became text: where to cut it, when which words were said, files of subtitles."""
