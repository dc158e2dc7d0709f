"""How servers that call themselves compatible with OpenAI's API differ from it."""
