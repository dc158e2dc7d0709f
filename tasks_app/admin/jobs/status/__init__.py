"""Why a job does what it does: each rule looks at the facts and gives its diagnosis, or leaves it to the next."""
