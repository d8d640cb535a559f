"""`wsgi.errors` passes on whole lines."""

from __future__ import annotations

import threading

from potstill.wsgi.errors import ErrorStream


def test_a_line_waits_until_it_is_whole() -> None:
    said: list[str] = []
    stream = ErrorStream(said.append)
    assert stream.write("a") == 1
    stream.writelines(["b\nc", "d"])
    assert said == ["ab\n"]
    stream.flush()
    stream.flush()
    assert said == ["ab\n", "cd"]


def test_lines_of_several_threads_do_not_mix() -> None:
    said: list[str] = []
    stream = ErrorStream(said.append)

    def speak(name: str) -> None:
        for _ in range(200):
            print(name, name, name, file=stream)

    threads = [threading.Thread(target=speak, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == sorted(f"{n} {n} {n}\n" for n in "abcd" for _ in range(200))


def test_any_text_is_accepted() -> None:
    said: list[str] = []
    ErrorStream(said.append).write("\u2603 \ud800\n")
    assert said == ["\u2603 \ud800\n"]
