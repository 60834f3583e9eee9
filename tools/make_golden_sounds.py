"""Write a small sound and what librosa makes of it.

    pip install "librosa==0.11.0" soundfile
    python tools/make_golden_sounds.py tests/golden/sounds

sound.npy is the input; every other .npy is what the function of that name returns for it. tone.wav, .flac and .ogg are the
sound as soundfile writes it, with a second channel of zeros.
"""

import json
import pathlib
import sys

import librosa
import numpy as np
import soundfile

RATE = 16000


def main(folder: pathlib.Path):
    folder.mkdir(parents=True, exist_ok=True)
    time = np.arange(4000) / RATE
    sound = 0.5 * np.sin(2 * np.pi * 440 * time) + 0.2 * np.sin(2 * np.pi * 1500 * time) * np.exp(-3 * time)
    sound = sound.astype(np.float32)
    results = {
        "sound": sound,
        "stretch_0.8": librosa.effects.time_stretch(sound, rate=0.8),
        "stretch_1.3": librosa.effects.time_stretch(sound, rate=1.3),
        "pitch_4": librosa.effects.pitch_shift(sound, sr=RATE, n_steps=4),
        "pitch_-3": librosa.effects.pitch_shift(sound, sr=RATE, n_steps=-3),
        "resample_8000": librosa.resample(sound, orig_sr=RATE, target_sr=8000),
        "resample_22050": librosa.resample(sound, orig_sr=RATE, target_sr=22050),
    }
    for name, values in results.items():
        np.save(folder / f"{name}.npy", values.astype(np.float32))
    # Every 8th bin of a spectrogram is enough.
    np.save(folder / "stft_every_8th_bin.npy", librosa.stft(sound).T[:, ::8].astype(np.complex64).view(np.float32))

    noisy = np.concatenate([np.zeros(5000), sound, np.zeros(3333)])
    noisy = (noisy + 1e-3 * np.random.RandomState(3).randn(len(noisy))).astype(np.float32)
    np.save(folder / "noisy.npy", noisy)
    trims = {str(db): [int(v) for v in librosa.effects.trim(noisy, top_db=db)[1]] for db in (3, 20, 40, 80)}
    (folder / "trim.json").write_text(json.dumps({"producer": f"librosa {librosa.__version__}", "noisy": trims}))

    stereo = np.stack([sound, np.zeros_like(sound)], axis=1)
    for suffix in ("wav", "flac", "ogg"):
        soundfile.write(folder / f"tone.{suffix}", stereo, RATE)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
