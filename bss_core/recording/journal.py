"""An append-only file of batches that a kill cannot damage: what was appended stays, a torn last record is dropped.

A record is 8 bytes, the length of its content and its CRC-32 (both unsigned, little-endian), and then the content: an
Arrow IPC stream with one batch, columns ``sample_id, label, logits_<head>``. A record counts when it is there in full.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from bss_core.errors import RunError
from bss_core.recording.batch import RecordedBatch

__all__ = ["Journal"]

_HEAD = struct.Struct("<II")
_LOGITS = "logits_"


class Journal:
    """The batches of one evaluation until it is complete; opening one that a kill left continues it.

    Raises:
        RunError: the system refuses to write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(path, "a+b", buffering=0)  # noqa: SIM115 - closed by close
            self._end = sum(_HEAD.size + len(content) for content in _contents(self._file))
            self._file.truncate(self._end)
        except OSError as error:
            raise self._refusal(error) from error

    def append(self, batch: RecordedBatch) -> None:
        """Write one batch: handed to the system, so it outlives the process; a power cut may still take it."""
        content = _packed(batch)
        record = _HEAD.pack(len(content), zlib.crc32(content)) + content
        try:
            if self._file.write(record) != len(record):
                raise OSError("the disk is full")
        except OSError as error:
            self._file.truncate(self._end)  # what comes later must not follow half a record
            raise self._refusal(error) from error
        self._end += len(record)

    def batches(self) -> list[RecordedBatch]:
        """All complete batches in the order in which they were appended."""
        return [_unpacked(content) for content in _contents(self._file)]

    def close(self) -> None:
        """Close the file and keep it, unless nothing was appended."""
        self._file.close()
        if not self._end:
            self.path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Close and delete it: its evaluation is complete."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _refusal(self, error: OSError) -> RunError:
        reason = error.strerror or error
        return RunError(f"{self.path} could not be written ({reason}); all batches logged before are kept.")


def _contents(file: BinaryIO) -> Iterator[bytes]:
    """The content of each complete record, up to the first that is torn or damaged."""
    file.seek(0)
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        length, checksum = _HEAD.unpack(head)
        if not 0 < length <= os.fstat(file.fileno()).st_size:
            return
        content = file.read(length)
        if len(content) < length or zlib.crc32(content) != checksum:
            return
        yield content


def _packed(batch: RecordedBatch) -> pa.Buffer:
    columns = [pa.array(batch.sample_ids, pa.string()), pa.array(batch.labels)]
    for values in batch.logits.values():
        columns.append(pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1]))
    names = ["sample_id", "label", *(_LOGITS + head for head in batch.logits)]
    packed = pa.record_batch(columns, names=names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, packed.schema) as stream:
        stream.write_batch(packed)
    return sink.getvalue()


def _unpacked(content: bytes) -> RecordedBatch:
    with pa.ipc.open_stream(content) as stream:
        packed = stream.read_next_batch()
    logits = {
        name.removeprefix(_LOGITS): packed[name].flatten().to_numpy().reshape(len(packed), -1)
        for name in packed.schema.names
        if name.startswith(_LOGITS)
    }
    return RecordedBatch(packed["sample_id"].to_pylist(), packed["label"].to_numpy(), logits)
