"""What a page of a PDF shows, put together to the text that a person reads."""
