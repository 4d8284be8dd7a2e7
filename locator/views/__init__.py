"""The public pages. None of them knows who asks: no user, no session, no cookie."""
