"""The admin site's own pages."""

from django.contrib import admin

admin.site.index_template = "admin/sijil/index.html"
