"""One encrypted file (age, X25519) that holds a database and its manifest: a tar archive, read as a stream.

It needs nothing of ours to be read: `age -d -i backup.key FILE | tar -x`.
"""

from __future__ import annotations

import errno
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import BinaryIO, TypeVar

import pyrage
from pyrage.x25519 import Identity, Recipient

from models.command_line import Refusal
from models.manifest import Manifest, read_manifest
from standards.message import message

AGE = b"age-encryption.org/v1\n"
MANIFEST, DATABASE = "manifest.json", "monitor.db"
_CHUNK = 1 << 20
_MOST_MANIFEST = 1 << 24
_BLOCK = tarfile.BLOCKSIZE
Taken = TypeVar("Taken")


def is_sealed(path: Path) -> bool:
    """Whether a file begins as an encrypted one."""
    with path.open("rb") as found:
        return found.read(len(AGE)) == AGE


def seal(database: Path, manifest: Manifest, part: Path, recipient: Recipient) -> None:
    """Write manifest and database, encrypted, to `part`, and flush it to the disk."""
    said = manifest.content()
    with database.open("rb") as stored, part.open("wb") as written:
        before = _header(MANIFEST, len(said)) + said + _padding(len(said)) + _header(DATABASE, manifest.size)
        after = _padding(manifest.size) + bytes(2 * _BLOCK)
        joined = _Joined([io.BytesIO(before), stored, io.BytesIO(after)])
        try:
            pyrage.encrypt_io(joined, written, [recipient])
        except pyrage.EncryptError as error:  # what reading or writing failed with, in words alone
            raise OSError(errno.EIO, str(error).removeprefix("OSError: ")) from error
        written.flush()
        os.fsync(written.fileno())


def unseal(path: Path, key: Identity, part: Path) -> Manifest:
    """Write the database of an encrypted backup to `part`; its manifest.

    Refusal for another key, a file that is cut off or changed, or no backup of this product.
    """

    def take(archive: tarfile.TarFile) -> Manifest:
        manifest = _manifest(archive)
        stored = _member(archive, DATABASE)
        with part.open("wb") as written:
            while chunk := stored.read(_CHUNK):
                written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
        return manifest

    return _read(path, key, take, whole=True)


def manifest_within(path: Path, key: Identity) -> Manifest:
    """What an encrypted backup says of itself; only its beginning is read."""
    return _read(path, key, _manifest, whole=False)


class _Joined(io.RawIOBase):
    """Several streams, read one after the other."""

    def __init__(self, parts: list[BinaryIO]) -> None:
        self._parts = parts

    def read(self, size: int = -1) -> bytes:
        while self._parts:
            if chunk := self._parts[0].read(size):
                return chunk
            self._parts.pop(0)
        return b""


def _header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry.tobuf(tarfile.GNU_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % _BLOCK)


def _read(path: Path, key: Identity, take: Callable[[tarfile.TarFile], Taken], *, whole: bool) -> Taken:
    """What `take` takes of the archive, while a thread decrypts it; `whole` reads on to see that nothing is cut off."""
    out, into = os.pipe()
    failed: list[BaseException] = []
    decrypting = Thread(target=_decrypt, args=(path, key, into, failed), daemon=True)
    decrypting.start()
    taken: Taken | None = None
    try:
        with os.fdopen(out, "rb") as stream:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                taken = take(archive)
            while whole and stream.read(_CHUNK):
                pass
    except (tarfile.TarError, LookupError, TypeError, ValueError) as error:
        decrypting.join()  # what went wrong there comes first
        raise _refusal(path, failed[0] if failed else error) from error
    finally:
        decrypting.join()
    if taken is None or (whole and failed):
        raise _refusal(path, failed[0] if failed else ValueError())
    return taken


def _decrypt(path: Path, key: Identity, into: int, failed: list[BaseException]) -> None:
    try:
        with path.open("rb") as stored, os.fdopen(into, "wb") as plain:
            pyrage.decrypt_io(stored, plain, [key])
    except Exception as error:  # told by whoever reads the other end
        failed.append(error)


def _refusal(path: Path, error: BaseException) -> BaseException:
    if isinstance(error, pyrage.DecryptError) and "key" in str(error):
        return Refusal("wrong_key", message("{path} was made under another key than this one.", path=path))
    if isinstance(error, OSError) and error.errno is None:
        return Refusal("damaged", message("{path} is damaged or cut off.", path=path))
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        return error
    return Refusal("not_ours", message("{path} is no backup of this product.", path=path))


def _manifest(archive: tarfile.TarFile) -> Manifest:
    return read_manifest(_member(archive, MANIFEST).read(_MOST_MANIFEST))


def _member(archive: tarfile.TarFile, name: str) -> io.BufferedIOBase:
    """The next file of the archive, which must have this name: nothing is ever written by a name that it gives."""
    entry = archive.next()
    stored = None if entry is None or entry.name != name else archive.extractfile(entry)
    if stored is None:
        raise LookupError(name)
    return stored  # type: ignore[return-value]
