"""The admin site's own pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

admin.site.index_template = "admin/sijil/index.html"
admin.site.index_title = _("Overview")
