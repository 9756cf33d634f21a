"""What zxcvbn says of a password, as messages: it says it in English sentences, which are known here one by one."""

from telemetry.messages import Message

EASY = Message("password_advice.easy")
_CODES = {
    "Use a few words, avoid common phrases.": "use_words",
    "No need for symbols, digits, or uppercase letters.": "no_symbols_needed",
    "Add another word or two. Uncommon words are better.": "add_words",
    "Straight rows of keys are easy to guess.": "straight_rows",
    "Short keyboard patterns are easy to guess.": "keyboard_patterns",
    "Use a longer keyboard pattern with more turns.": "longer_pattern",
    'Repeats like "aaa" are easy to guess.': "repeated_letter",
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': "repeated_part",
    "Avoid repeated words and characters.": "no_repeats",
    'Sequences like "abc" or "6543" are easy to guess.': "sequences",
    "Avoid sequences.": "no_sequences",
    "Recent years are easy to guess.": "recent_years",
    "Avoid recent years.": "no_recent_years",
    "Avoid years that are associated with you.": "no_own_years",
    "Dates are often easy to guess.": "dates",
    "Avoid dates and years that are associated with you.": "no_own_dates",
    "This is a top-10 common password.": "top_10",
    "This is a top-100 common password.": "top_100",
    "This is a very common password.": "common",
    "This is similar to a commonly used password.": "similar",
    "A word by itself is easy to guess.": "one_word",
    "Names and surnames by themselves are easy to guess.": "only_names",
    "Common names and surnames are easy to guess.": "common_names",
    "Capitalization doesn't help very much.": "capitals",
    "All-uppercase is almost as easy to guess as all-lowercase.": "all_capitals",
    "Reversed words aren't much harder to guess.": "reversed",
    "Predictable substitutions like '@' instead of 'a' don't help very much.": "substitutions",
}


def advice(said: str) -> Message:
    """The message of one of its sentences; that the password is easy to guess for one that is not known."""
    name = _CODES.get(said)
    if name is None:
        return EASY
    return Message(f"password_advice.{name}")
