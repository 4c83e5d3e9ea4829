import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.byte_cache import ByteCache, Piece


def piece(size: int) -> Piece:
    return Piece(b"x" * size, "text/plain", '"tag"')


def test_a_piece_is_made_once_while_it_is_held():
    cache, made = ByteCache(100), []
    for _ in range(3):
        cache.get("a", lambda: made.append(1) or piece(10))
    assert (len(made), cache.held) == (1, 10)


def test_the_least_recently_used_goes_first():
    cache = ByteCache(30)
    for key in "abc":
        cache.get(key, lambda: piece(10))
    cache.get("a", lambda: pytest.fail("a is held"))
    cache.get("d", lambda: piece(10))
    cache.get("a", lambda: pytest.fail("a was used after b"))
    remade = []
    cache.get("b", lambda: remade.append(1) or piece(10))
    assert remade == [1]


def test_what_is_larger_than_the_cache_is_handed_out_but_not_kept():
    cache = ByteCache(5)
    assert len(cache.get("a", lambda: piece(6)).content) == 6
    assert cache.held == 0


def test_a_failure_is_not_kept():
    cache = ByteCache(5)
    with pytest.raises(OSError, match="gone"):
        cache.get("a", lambda: (_ for _ in ()).throw(OSError("gone")))
    assert cache.get("a", lambda: piece(1)).content == b"x"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=60))
def test_the_bound_holds_always(asked):
    cache = ByteCache(50)
    sizes: dict[int, int] = {}
    for key, size in asked:
        sizes.setdefault(key, size)
        assert len(cache.get(key, lambda key=key: piece(sizes[key])).content) == sizes[key]
        assert 0 <= cache.held <= 50
