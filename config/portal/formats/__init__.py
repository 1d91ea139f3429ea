"""How dates and times are written where Django chooses."""
