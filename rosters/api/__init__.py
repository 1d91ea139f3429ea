"""People, services, the contact matrix and rosters for programs. `routers` are what is mounted."""

from rosters.api import duty, matrix, people, services

routers = (people.router, services.router, matrix.router, duty.router)
