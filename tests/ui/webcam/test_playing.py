"""When the browser is told to play, and to begin again."""

from __future__ import annotations

from ui.webcam.transport.playing import IN_VAIN, LETTING_GO, Playing


def connected(pictures: int = 10) -> Playing:
    """Told to play at 0, with the browser's answer at 1 and so many pictures since."""
    playing = Playing()
    assert playing.wanted(connected=False, pictures=0, now=0.0)
    assert playing.wanted(connected=True, pictures=0, now=1.0)
    assert playing.wanted(connected=True, pictures=pictures, now=2.0)
    return playing


def told_in_vain() -> Playing:
    """Told to play at 0 without a picture, and told again."""
    playing = Playing()
    assert playing.wanted(connected=False, pictures=0, now=0.0)
    assert not playing.wanted(connected=True, pictures=0, now=IN_VAIN + 1)
    assert playing.wanted(connected=False, pictures=0, now=IN_VAIN + 3)
    return playing


def test_the_browser_is_told_to_play_and_goes_on():
    playing = connected()
    for now in (3.0, 100.0, 1000.0):
        assert playing.wanted(connected=True, pictures=11, now=now)
        assert not playing.is_due(11, now)


def test_the_browser_may_take_its_time_to_answer():
    playing = Playing()
    for now in (0.0, 0.1, 3.0, IN_VAIN):
        assert playing.wanted(connected=False, pictures=0, now=now)
        assert not playing.is_due(0, now)


def test_a_lost_stream_is_let_go_of_and_begun_again_a_moment_later():
    playing = connected()
    assert not playing.wanted(connected=False, pictures=10, now=20.0)
    assert not playing.is_due(10, 20.0 + LETTING_GO / 2)
    assert not playing.wanted(connected=False, pictures=10, now=20.0 + LETTING_GO / 2)
    assert playing.is_due(10, 20.0 + LETTING_GO)
    assert playing.wanted(connected=False, pictures=10, now=20.0 + LETTING_GO)


def test_a_stream_may_be_lost_as_often_as_it_brought_pictures():
    playing = connected()
    for time in range(1, 6):
        assert not playing.wanted(connected=False, pictures=10 * time, now=100.0 * time)
        assert playing.wanted(connected=False, pictures=10 * time, now=100.0 * time + 2)
        assert playing.wanted(connected=True, pictures=10 * time, now=100.0 * time + 3)


def test_a_stream_that_brings_no_picture_is_begun_again_once():
    playing = Playing()
    assert playing.wanted(connected=False, pictures=0, now=0.0)
    assert playing.wanted(connected=True, pictures=0, now=IN_VAIN - 0.1)
    assert playing.is_due(0, IN_VAIN + 0.1)
    assert not playing.wanted(connected=True, pictures=0, now=IN_VAIN + 0.1)

    playing = told_in_vain()
    assert not playing.is_due(0, 100.0)
    assert playing.wanted(connected=True, pictures=0, now=100.0)
    assert playing.wanted(connected=False, pictures=0, now=101.0)


def test_a_stream_that_brings_a_picture_at_last_may_be_lost_again():
    playing = told_in_vain()
    assert playing.wanted(connected=True, pictures=5, now=20.0)
    assert not playing.wanted(connected=False, pictures=5, now=21.0)
    assert playing.wanted(connected=False, pictures=5, now=23.0)


def test_a_stream_whose_camera_stands_still_is_not_begun_again():
    playing = connected(pictures=10)
    assert not playing.is_due(10, 500.0)
    assert playing.wanted(connected=True, pictures=10, now=500.0)


def test_the_browser_is_not_told_to_play_before_it_has_let_go():
    playing = Playing()
    assert playing.wanted(connected=False, pictures=0, now=0.0)
    assert not playing.wanted(connected=True, pictures=0, now=20.0)
    assert not playing.wanted(connected=True, pictures=0, now=30.0)
    assert playing.wanted(connected=False, pictures=0, now=31.0)


def test_it_is_waited_from_when_the_browser_was_told():
    playing = Playing()
    assert playing.waited(50.0) == 0
    playing.wanted(connected=False, pictures=0, now=50.0)
    assert playing.waited(53.0) == 3
    playing.wanted(connected=True, pictures=0, now=60.0)
    assert playing.waited(60.0) == 0
