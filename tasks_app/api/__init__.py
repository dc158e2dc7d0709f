"""What the product's frontend asks over HTTP: to follow one job or many, and to cancel one."""
