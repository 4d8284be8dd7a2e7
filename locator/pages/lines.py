"""Pages without the indents of their templates, which are a fifth of them."""

import re
from collections.abc import Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_BREAK = re.compile(r"[ \t\r]*\n[ \t\r\n]*")


class LinesWithoutIndent(Extension):
    """Makes one line break of all white space around one, as templates are compiled.

    A space between two words stays a space, which it would not with Jinja2's own
    `trim_blocks`: that takes the break away behind `{% endif %}`, whatever follows.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                text = _BREAK.sub("\n", token.value)
                token = Token(token.lineno, token.type, text)
            yield token
