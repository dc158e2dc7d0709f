"""Programs that read what strangers made, each in a process of its own with limits of its own."""
