"""How the public pages are made: Jinja2, and what its templates can ask and say."""
