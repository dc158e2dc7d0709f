"""Why a job does what it does: each verdict looks at the facts and says its sentence, or leaves it to the next."""
