"""What stages of several families share."""
