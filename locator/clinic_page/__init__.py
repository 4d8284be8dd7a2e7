"""One clinic in words, several beside each other, and one that is gone."""
