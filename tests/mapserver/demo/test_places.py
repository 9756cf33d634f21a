"""The demo's invented places."""

from mapserver.demo import places


def test_when_all_cameras_send_thirty_seven_do_and_eight_see_something_move() -> None:
    shows = places.shows()
    assert (len(shows), sum(show != "still" for show in shows.values())) == (37, 8)
