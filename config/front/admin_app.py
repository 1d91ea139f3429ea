from django.contrib.admin.apps import AdminConfig


class MusterAdminConfig(AdminConfig):
    """Django's admin with Muster's own site: by task, in the portal's shell."""

    default_site = "config.front.admin_site.MusterAdmin"
