"""A machine whose browser can speak, and a microphone that hears what comes out of it.

Chromium speaks through Speech Dispatcher, which lets eSpeak NG make the sound and PulseAudio play
it; here on a device without a loudspeaker. All three run in a folder of their own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

PROGRAMS = ("espeak-ng", "speech-dispatcher", "pulseaudio", "parec")
PACKAGES = "espeak-ng speech-dispatcher speech-dispatcher-espeak-ng pulseaudio pulseaudio-utils"

SPEECH_DISPATCHER = """
AudioOutputMethod "pulse"
AddModule "espeak-ng" "sd_espeak-ng"
DefaultModule espeak-ng
"""

RATE = 16_000
CHUNK = RATE // 10
"""How many samples are looked at together: a tenth of a second."""
LOUD = 300
"""A chunk in which no sample reaches this is silent; a voice reaches a hundred times as much."""
SILENCE = 8
"""So many silent chunks in a row are no pause between two sentences."""
PATIENCE = 100
"""For so many chunks somebody waits for a voice, or for silence."""


@dataclass(frozen=True)
class Machine:
    """What lets a browser find its voices, and what its microphone hears: whether it is loud."""

    environment: Mapping[str, str]
    heard: Queue[bool] = field(default_factory=Queue)

    def speaks(self) -> bool:
        """Wait until something is heard from now on."""
        return any(islice(self.listen(), PATIENCE))

    def falls_silent(self) -> bool:
        """Wait until nothing is heard any longer."""
        silent = 0
        for is_loud in islice(self.listen(), PATIENCE):
            silent = 0 if is_loud else silent + 1
            if silent == SILENCE:
                return True
        return False

    def listen(self) -> Iterator[bool]:
        """Yield whether it is loud, from now on."""
        with suppress(Empty):
            while True:
                self.heard.get_nowait()
        while True:
            yield self.heard.get(timeout=PATIENCE)

    def record(self, sound: IO[bytes]) -> None:
        """Take in what is recorded, until the recorder ends."""
        while samples := array("h", sound.read(CHUNK * 2)):
            self.heard.put(max(map(abs, samples)) > LOUD)


@contextmanager
def speaking(*languages: str) -> Iterator[Machine]:
    """Start a machine with the voices of these languages. Raises LookupError with what to do."""
    if not all(map(shutil.which, PROGRAMS)):
        raise LookupError(f"A voice is missing. On Debian and Ubuntu: apt install {PACKAGES}")
    with ExitStack() as stack:
        # A path of pytest is too long for a socket.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="quiz-voice-")))
        sound, speech = folder / "sound", folder / "speech"
        (folder / "settings" / "modules").mkdir(parents=True)
        (folder / "settings" / "speechd.conf").write_text(SPEECH_DISPATCHER)
        environment = {
            **os.environ,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_SERVER": f"unix:{sound}",
            "SPEECHD_ADDRESS": f"unix_socket:{speech}",
            "ESPEAK_DATA_PATH": str(give_voices(folder, languages)),
        }
        start = (
            *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"),
            "--load=module-null-sink sink_name=sink",
            f"--load=module-native-protocol-unix auth-anonymous=1 socket={sound}",
        )
        stack.enter_context(listening(sound, start, environment))
        start = (
            *("speech-dispatcher", "--run-single", "--timeout=0"),
            *(f"--config-dir={folder / 'settings'}", f"--log-dir={folder}"),
            *(f"--pid-file={folder / 'pid'}", f"--socket-path={speech}"),
        )
        stack.enter_context(listening(speech, start, environment))
        machine = Machine(environment)
        form = ("--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=20")
        recorder = stack.enter_context(
            ending(["parec", *form, "--device=sink.monitor"], environment)
        )
        listener = Thread(target=machine.record, args=[recorder.stdout])
        listener.start()
        stack.callback(listener.join)
        stack.callback(recorder.terminate)
        yield machine


def give_voices(folder: Path, languages: Sequence[str]) -> Path:
    """Let a folder have no other voices than these: there are thousands, and each takes time."""
    version = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True, check=True)
    [whole] = re.findall(r"Data at: (.+)", version.stdout)
    data = folder / "espeak-ng-data"
    (data / "voices").mkdir(parents=True)
    for file in Path(whole).iterdir():
        if file.name not in {"lang", "voices"}:
            (data / file.name).symlink_to(file)
    for language in languages:
        [voice] = Path(whole).glob(f"lang/*/{language}")
        (data / "lang" / voice.parent.name).mkdir(parents=True)
        (data / "lang" / voice.parent.name / language).symlink_to(voice)
    return folder


@contextmanager
def listening(
    socket: Path, command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[None]:
    """Start a server, and wait until its socket is there."""
    with ending(command, environment) as server:
        while not socket.exists():
            assert server.poll() is None, server.stdout and server.stdout.read()
        yield


@contextmanager
def ending(
    command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program, and end it afterwards."""
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
