"""What a WSGI server such as gunicorn serves.

Outside quickstart this is a deployment: its secret and its host names have to be given, and the login it
serves through has to be one that the database's guards hold.
"""

import os
import sys

from django.core.wsgi import get_wsgi_application

from config import environment, startup
from config.environment import SetupError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

try:
    if not environment.flag("SIJIL_PLAIN_HTTP") and not environment.flag("SIJIL_DEBUG"):
        environment.required("SIJIL_SECRET_KEY", "a long random text, kept secret")
        environment.required("SIJIL_ALLOWED_HOSTS", "the site's host names, separated by commas")
    startup.require_application_login()
    application = get_wsgi_application()
except SetupError as error:
    sys.exit(f"sijil: {error}")
