"""The tags behind `{% load portal %}`, one room each; templatetags/portal.py opens all."""
