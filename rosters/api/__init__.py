"""People, services, the contact matrix and rosters for programs. `routers` are what is mounted."""

from rosters.api import changes, duty, matrix, people, services, swaps

routers = (
    people.router,
    services.router,
    matrix.router,
    duty.router,
    changes.router,
    swaps.router,
)
