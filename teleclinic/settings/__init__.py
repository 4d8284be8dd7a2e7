"""The site's settings, all from the environment. Without any they are the safe ones.

What each variable means and may hold stands beside it, in one of these rooms; a wrong
one stops the start with its name, and several with all of theirs. `LOCATOR_HTTP=1` is
for one's own machine: plain HTTP, local host names.
"""

from .place import *  # where the site runs, and how it is served
from .operator import *  # who runs it: name, looks, home, overlay
from .others import *  # geocoder, clinics' websites, streets of the map
from .visitors import *  # reports, mail, limits
from .parts import *  # apps, middleware, templates, static files
from .data import *  # databases, the shared cache, how old listings may get
from .desk import *  # who may enter the admin, and what is sent there
from .browsers import *  # HTTPS, policies
from .words import *  # languages and time
from .telling import *  # metrics and logs

# Last, so that they know every variable.
from .reading import env

LOCATOR_NAMES = frozenset(env.names)
env.refuse_wrong()
