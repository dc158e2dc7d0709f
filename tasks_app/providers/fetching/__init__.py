"""The guarded way to fetch what people give the address of."""
