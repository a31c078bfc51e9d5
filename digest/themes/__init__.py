"""Which theme a paper belongs to, why, and how a day's papers fall into sections."""
