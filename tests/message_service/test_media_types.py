import pytest

from message_service import media_types

OGG = b"OggS\x00\x02" + bytes(22)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (b"%PDF-1.4\n1 0 obj", "application/pdf"),
        (b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + bytes(50), "video/mp4"),
        (b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom" + bytes(50), "audio/mp4"),
        (
            b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0#B\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm",
            "video/webm",
        ),
        (b"ID3\x04\0\0\0\0\0\0" + bytes(40), "audio/mpeg"),
        (OGG + b"\x01\x1e\x01vorbis" + bytes(20), "audio/ogg"),
        (OGG + b"\x01\x13OpusHead" + bytes(20), "audio/ogg"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(30), "audio/wav"),
        (b"fLaC\0\0\0\x22" + bytes(40), "audio/flac"),
        (b"PK\x03\x04\x14\0\0\0" + bytes(40), "application/zip"),
        (b"\x1f\x8b\x08\0" + bytes(40), "application/gzip"),
        ("Grüße aus der Küche\n".encode(), "text/plain"),
        ("ü".encode()[:1], "text/plain"),
    ],
)
def test_a_file_is_what_its_bytes_say(head: bytes, expected: str) -> None:
    assert media_types.sniff(head) == expected


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<html><body onload=alert(1)>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"\0\x01\x02\x03",
        b"\xff\xfe\xfd",
        b"",
        b"MZ\x90\0" + bytes(60),
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_nothing_that_a_browser_could_run_has_a_type_of_its_own(head: bytes) -> None:
    assert media_types.sniff(head) in (media_types.TEXT, media_types.UNKNOWN)
