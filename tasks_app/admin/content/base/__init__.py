"""What the pages of all content share: forms, the text viewer, the status of the jobs about it."""
