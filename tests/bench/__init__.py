"""Measurements. Each module here has `measure() -> Iterable[str]`, the lines it found."""
