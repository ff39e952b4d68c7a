"""The one error of the runtime: something a person can put right, said in a sentence."""


class Problem(Exception):
    """A sentence for the person at the terminal: what is wrong, where, and what would be right."""
