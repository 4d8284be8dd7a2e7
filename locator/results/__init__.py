"""What a page of results says: cards, why they are there, notes, dead ends."""
