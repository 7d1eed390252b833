"""From issue to answer: what each direction continues, and what is not recorded."""
