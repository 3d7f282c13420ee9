from lab.counting import counted


def test_one_thing_and_several_have_their_own_words() -> None:
    assert counted(1, "film") == "1 film"
    assert counted(0, "film") == "0 films"
    assert counted(2500, "dish", "dishes") == "2,500 dishes"
