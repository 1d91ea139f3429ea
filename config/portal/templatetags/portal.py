"""`{% load portal %}`: every tag and filter of the look, whatever room it lives in."""

from django import template

from config.portal.tags import charts, marks, parts, reader, shell, speech, terms, times

register = template.Library()

for room in (charts, marks, parts, reader, shell, speech, terms, times):
    register.tags.update(room.register.tags)
    register.filters.update(room.register.filters)
