"""Text out of files. `python -m tasks_app.text.extraction REQUEST` reads one file in a confined process.

Nothing here imports Django, so that the process starts quickly and holds no secrets.
"""
