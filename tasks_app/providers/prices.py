"""What a call costs, by the price table in the settings."""

from django.conf import settings

from tasks_app.registry import Usage

PER_TOKENS = 1_000_000


def usage(model: str, input_tokens: int, output_tokens: int) -> Usage:
    """With its cost; 0 for a model that the table does not name."""
    price_in, price_out = settings.PROVIDER_PRICES.get(model, (0.0, 0.0))
    return Usage(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cost=(input_tokens * price_in + output_tokens * price_out) / PER_TOKENS,
    )
