"""What a Celery worker does besides running attempts."""
