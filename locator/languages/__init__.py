"""Which language a page is in, and where its words come from."""
