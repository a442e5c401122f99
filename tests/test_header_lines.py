from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.header_lines import are_lines, are_names, is_value

HEADERS = st.lists(st.tuples(st.binary(max_size=8), st.binary(max_size=12)), max_size=5)


@given(HEADERS)
def test_a_block_that_is_accepted_reads_back_as_the_same_headers(
    headers: list[tuple[bytes, bytes]],
) -> None:
    lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
    if are_lines(lines, len(headers)) and are_names([name for name, _ in headers]):
        read = [tuple(line.split(b": ", 1)) for line in lines.split(b"\r\n")[:-1]]
        assert read == headers
        assert all(is_value(value) for _, value in headers)


@given(
    st.lists(st.tuples(st.sampled_from([b"a", b"x-b", b"C"]), st.binary(max_size=9)), max_size=4)
)
def test_what_is_refused_holds_something_that_is_not_allowed(
    headers: list[tuple[bytes, bytes]],
) -> None:
    lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
    assert are_lines(lines, len(headers)) == all(is_value(value) for _, value in headers)


def test_names() -> None:
    assert are_names([b"x-a", b"Content-Type", b"!#$%&'*+.^_`|~09"])
    assert not are_names([b"x-a", b""])
    assert not are_names([b"x a"])
    assert not are_names([b"x:a"])
    assert not are_names([b"x\r\n"])
    assert not are_names([b"\xe9"])
