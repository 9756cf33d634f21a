"""How long each step of a flight may take: one table for the server and the terminal. Measures nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FlightTimeouts:
    """All in seconds."""

    connect_s: float = 30.0
    """For the first word of the vehicle."""
    ready_s: float = 120.0
    """For it to know where it is, and to arm, as one cannot that was just switched on."""
    upload_s: float = 300.0
    """For the plan to be on board, over a link that falls silent."""
    ask_again_s: float = 2.0
    """Between two tries of an order or an upload."""
    check_every_s: float = 5.0
    """Between two runs of the checks while they stand in the way."""
    take_off_s: float = 90.0
    """From the start until it is in the air."""
    give_up_s: float = 180.0
    """Without a word in the air, after which it counts as lost."""
    motors_off_s: float = 30.0
    """From touching the ground until the motors stop; PX4 takes 2 s, ArduPilot 10 s."""
    settle_s: float = 3.0
    """After an order, until what the vehicle says of its mode is newer than the order."""
    record_every_s: float = 1.0
    """Between two stored points of the track."""
    look_every_s: float = 0.25
    """Between two looks at the clock and the link."""
    late_look_s: float = 0.05
    """The same while the vehicle is late: that its link is lost is to be seen at once."""
    refresh_every_s: float = 1.0
    """Between two readings of confirmation, control and airspace, besides those that a change asks for."""
