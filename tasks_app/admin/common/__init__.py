"""What every page of the console may use: formatting, forms, paginators; nothing about jobs or content."""
