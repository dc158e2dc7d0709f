"""What the rows of all content share: files, subjects, documents, notebooks."""
