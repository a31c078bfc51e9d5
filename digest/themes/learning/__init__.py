"""What the archive teaches of a taxonomy: phrases to add, and themes that do badly."""
