"""Telling a person where one is needed, once, and when that is over.

What a run found is compared with what is known of troubles. What is new, or has lasted for long
enough, is told; so is the end of what was told. It is noted as told once it is: who is killed in
between tells it again, as an alert that comes twice is better than one that never comes.
"""
