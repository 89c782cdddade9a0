"""Train the test speech model: a Whisper of a million parameters for the closed vocabulary.

Runs outside the project's environment (torch, transformers, faster-whisper, pyyaml, pypinyin); one
core is enough. Since the speech is made, the time of every word is known, and further losses teach
quickly what the transcript alone teaches slowly: the encoder names the word of every frame; two
heads of the first decoder layer look back at the frames of the word before, so that the place in
the recording is not lost; and two heads of the last one look at the frames of the word they write.
Those two later give the word times.

    OMP_NUM_THREADS=1 python scripts/speech_fixture/train.py WORK --steps 3600
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from torch.nn import functional
from transformers import WhisperConfig, WhisperForConditionalGeneration

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from interview.speech.fixture import voice  # noqa: E402
from scripts.speech_fixture.words import held_out, vocabulary  # noqa: E402

WIDTH, LAYERS, HEADS = 128, 2, 4
GUIDED_HEADS = 2
FRAMES_A_SECOND = 50  # of the encoder
SPECIALS = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|zh|>", "<|transcribe|>",
            "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]  # fmt: skip
IGNORED = -100
#: (windows in a batch, seconds of speech, mel frames): short windows teach quickest; a long one is
#: what recognition really sees, a chunk of speech padded to thirty seconds.
SHORT, MIDDLE, PADDED = (12, 4.0, 400), (6, 7.0, 700), (2, 7.0, 3000)


@dataclass(frozen=True)
class Window:
    """One example: features (80, t), tokens, and for each word (class, start, end) in seconds.

    `spans` gives the seconds that each token's word, or its share of it, is heard at.
    """

    features: np.ndarray
    tokens: list[int]
    learnt_from: int
    words: list[tuple[int, float, float]]
    spans: dict[int, tuple[float, float]]


class Examples:
    """Makes windows of random speech."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.phrases, self.units = vocabulary()
        characters = sorted({c for unit in self.units["zh"] for c in unit})
        self.tokens = [f" {unit}" for unit in self.units["en"]] + characters
        self.words = len(self.tokens)
        self.tokens += SPECIALS
        self.id = {token: place for place, token in enumerate(self.tokens)}
        named = [*self.units["en"], *self.units["zh"]]
        self.frame_class = {unit: place + 1 for place, unit in enumerate(named)}
        self.held_out = held_out()
        self.extract = FeatureExtractor()

    def batch(self, count: int, seconds: float, frames: int) -> tuple[torch.Tensor, ...]:
        """Features, decoder input and target, frame classes, and frames to look at."""
        windows = [self._window(seconds) for _ in range(count)]
        longest = max(len(w.tokens) for w in windows) - 1
        features = np.zeros((count, 80, frames), np.float32)
        inputs = np.full((count, longest), self.id["<|endoftext|>"])
        targets = np.full((count, longest), IGNORED)
        classes = np.full((count, frames // 2), IGNORED)
        looks = np.zeros((count, longest, 2), np.int64)
        for row, window in enumerate(windows):
            heard = window.features[:, :frames]
            features[row, :, : heard.shape[1]] = heard
            size = len(window.tokens) - 1
            inputs[row, :size] = window.tokens[:-1]
            self._mistake(inputs[row, 4:size])
            targets[row, window.learnt_from - 1 : size] = window.tokens[window.learnt_from :]
            classes[row, : heard.shape[1] // 2] = 0
            for word, start, end in window.words:
                classes[row, int(start * FRAMES_A_SECOND) : int(end * FRAMES_A_SECOND)] = word
            for place, (start, end) in window.spans.items():
                first = int(start * FRAMES_A_SECOND)
                looks[row, place - 1] = first, max(first + 1, int(np.ceil(end * FRAMES_A_SECOND)))
        return tuple(torch.from_numpy(x) for x in (features, inputs, targets, classes, looks))

    def _mistake(self, said: np.ndarray) -> None:
        """Replace a few of the words before, as the model will when it errs and has to go on."""
        for place in range(len(said)):
            if self.random.random() < 0.05:
                said[place] = self.random.randrange(self.words)

    def _window(self, seconds: float) -> Window:
        if self.random.random() < 0.05:
            return self._noise(seconds)
        language = "en" if self.random.random() < 0.5 else "zh"
        while True:
            speech = voice.say(
                self._text(language, seconds),
                language=language,
                voice=self.random.choice(voice.voices(language)),
                seed=self.random.randrange(1 << 30),
                speed=self.random.uniform(0.9, 1.12),
                margin=self.random.uniform(0.05, 0.4),
            )
            if speech.seconds < seconds and speech.text not in self.held_out:
                break
        samples = speech.samples * 10 ** self.random.uniform(-0.7, 0.3)
        samples = samples + self._hiss(len(samples))
        tokens = [self.id[t] for t in ("<|startoftranscript|>", f"<|{language}|>", "<|transcribe|>",
                                       "<|notimestamps|>")]  # fmt: skip
        spans = {}
        for word in speech.words:
            pieces = [f" {word.text}"] if language == "en" else list(word.text)
            share = (word.end - word.start) / len(pieces)
            for part, piece in enumerate(pieces):
                spans[len(tokens)] = (word.start + part * share, word.start + (part + 1) * share)
                tokens.append(self.id[piece])
        tokens.append(self.id["<|endoftext|>"])
        said = [(self.frame_class[w.text], w.start, w.end) for w in speech.words]
        return Window(self._features(samples), tokens, 1, said, spans)

    def _noise(self, seconds: float) -> Window:
        """Nobody speaks: the first token says so, and a forced transcript ends at once."""
        size = int(self.random.uniform(0.5, seconds) * voice.SAMPLE_RATE)
        start = self.id["<|startoftranscript|>"]
        if self.random.random() < 0.5:
            tokens, learnt_from = [start, self.id["<|nospeech|>"]], 1
        else:
            language = self.random.choice(["<|en|>", "<|zh|>"])
            forced = [self.id[t] for t in (language, "<|transcribe|>", "<|notimestamps|>")]
            tokens, learnt_from = [start, *forced, self.id["<|endoftext|>"]], 4
        hiss = self._hiss(size) * 10 ** self.random.uniform(0, 1)
        return Window(self._features(hiss), tokens, learnt_from, [], {})

    def _text(self, language: str, seconds: float) -> list[str]:
        """Units and pauses: strings drawn at random beside phrases joined at random, so that the
        decoder has to listen and cannot guess."""
        wanted = self.random.uniform(0.2, 0.95) * seconds * 1.85
        text: list[str] = []
        while len(text) < wanted:
            if self.random.random() < 0.35:
                text += self.random.choice(self.phrases[language])
            else:
                text += self.random.choices(self.units[language], k=self.random.randint(1, 4))
            if self.random.random() < 0.12:
                text.append(self.random.choice([",", "."]))
        return text[: max(1, int(wanted))]

    def _hiss(self, size: int) -> np.ndarray:
        return np.random.default_rng(self.random.randrange(1 << 30)).normal(
            0, 10 ** self.random.uniform(-4.5, -2.1), size
        )

    def _features(self, samples: np.ndarray) -> np.ndarray:
        return self.extract(np.clip(samples, -1, 1).astype(np.float32))[..., :-1]


def build(vocabulary_size: int, end: int, start: int) -> WhisperForConditionalGeneration:
    """The model, untrained."""
    config = WhisperConfig(
        vocab_size=vocabulary_size, num_mel_bins=80, d_model=WIDTH, encoder_layers=LAYERS,
        decoder_layers=LAYERS, encoder_attention_heads=HEADS, decoder_attention_heads=HEADS,
        encoder_ffn_dim=2 * WIDTH, decoder_ffn_dim=2 * WIDTH, max_source_positions=1500,
        max_target_positions=448, dropout=0.0, pad_token_id=end, bos_token_id=start,
        eos_token_id=end, decoder_start_token_id=start, suppress_tokens=[],
        begin_suppress_tokens=[],
    )  # fmt: skip
    config._attn_implementation = "eager"  # attention weights are wanted
    return WhisperForConditionalGeneration(config)


def encode(model: WhisperForConditionalGeneration, features: torch.Tensor) -> torch.Tensor:
    """The encoder on windows of any length; the library's own insists on thirty seconds."""
    encoder = model.model.encoder
    hidden = functional.gelu(encoder.conv2(functional.gelu(encoder.conv1(features)))).transpose(
        1, 2
    )
    hidden = hidden + encoder.embed_positions.weight[: hidden.shape[1]]
    for layer in encoder.layers:
        normed = layer.self_attn_layer_norm(hidden)
        size, length, _ = normed.shape
        attention = layer.self_attn
        q, k, v = (
            project(normed).view(size, length, HEADS, -1).transpose(1, 2)
            for project in (attention.q_proj, attention.k_proj, attention.v_proj)
        )
        mixed = (
            functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(normed.shape)
        )
        hidden = hidden + attention.out_proj(mixed)
        hidden = hidden + layer.fc2(functional.gelu(layer.fc1(layer.final_layer_norm(hidden))))
    return encoder.layer_norm(hidden)


def attention_loss(attention: torch.Tensor, looks: torch.Tensor) -> torch.Tensor:
    """How far the guided heads look away from the frames of the word that is written."""
    frames = torch.arange(attention.shape[-1])
    inside = (frames >= looks[..., :1]) & (frames < looks[..., 1:])
    known = looks[..., 1] > 0
    if not known.any():
        return torch.zeros(())
    return -torch.log((attention * inside).sum(-1)[known] + 1e-6).mean()


def shape_at(done: float, draw: float) -> tuple[int, float, int]:
    """Which windows a step takes: longer ones more often as training goes on.

    They are mixed all the time, since a sudden change of length makes the model forget.

    Args:
        done: share of the steps that are done.
        draw: uniform in [0, 1).
    """
    if draw < 0.02 + 0.12 * done:
        return PADDED
    return MIDDLE if draw < 0.1 + 0.6 * done else SHORT


def rate_at(done: float, step: int, highest: float) -> float:
    """Learning rate: a short rise, level for a third, then down to a fiftieth."""
    return highest * min(1, (step + 1) / 100) * (0.02 + 0.98 * (1 - max(0.0, (done - 0.3) / 0.7)))


class Trainer:
    """The model, what is trained beside it and thrown away, and one step of training."""

    def __init__(self, examples: Examples, rate: float) -> None:
        self.examples = examples
        self.model = build(
            len(examples.tokens), examples.id["<|endoftext|>"], examples.id["<|startoftranscript|>"]
        )
        self.classify = torch.nn.Linear(WIDTH, len(examples.frame_class) + 1)
        self.parameters = [*self.model.parameters(), *self.classify.parameters()]
        self.optimizer = torch.optim.AdamW(
            self.parameters, rate, betas=(0.9, 0.98), weight_decay=0.01
        )

    def step(self, shape: tuple[int, float, int], rate: float) -> list[float]:
        """One step. The losses, and the share of tokens that were right."""
        features, inputs, targets, classes, looks = self.examples.batch(*shape)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        hidden = encode(self.model, features)
        out = self.model.model.decoder(
            input_ids=inputs, encoder_hidden_states=hidden, use_cache=False, output_attentions=True
        )
        logits = self.model.proj_out(out.last_hidden_state)
        text = _cross_entropy(logits, targets)
        frame = _cross_entropy(self.classify(hidden), classes)
        guided = [layer[:, :GUIDED_HEADS].mean(1) for layer in out.cross_attentions]
        look = attention_loss(guided[-1], looks)
        back = attention_loss(guided[0][:, 1:], looks[:, :-1])
        self.optimizer.zero_grad()
        (text + frame + 0.4 * look + 0.3 * back).backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        right = (logits.argmax(-1) == targets)[targets != IGNORED].float().mean()
        return [float(value.detach()) for value in (text, frame, look, back, right)]

    def save(self, path: Path) -> None:
        """Write everything that the export and a later run need."""
        torch.save(
            {
                "model": self.model.state_dict(),
                "classify": self.classify.state_dict(),
                "config": self.model.config.to_dict(),
                "tokens": self.examples.tokens,
                "words": self.examples.words,
            },
            path,
        )

    def load(self, path: Path) -> None:
        """Go on from a saved state."""
        saved = torch.load(path, weights_only=False)
        self.model.load_state_dict(saved["model"])
        self.classify.load_state_dict(saved["classify"])


def _cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)


def main() -> None:
    """Train and save `WORK/checkpoint.pt`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--seconds", type=float, default=3600, help="end by then, steps or not")
    parser.add_argument("--rate", type=float, default=1.6e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    checkpoint = options.work / "checkpoint.pt"
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)  # two threads on a busy machine of two cores wait for one another
    trainer = Trainer(Examples(options.seed), options.rate)
    if options.resume:
        trainer.load(checkpoint)
    chance = random.Random(options.seed)
    began, shown = time.monotonic(), []
    for step in range(options.steps):
        done = max(step / options.steps, (time.monotonic() - began) / options.seconds)
        if done >= 1:
            break
        # A later run goes on where the first one ended, with the long windows.
        shape = shape_at(1.0 if options.resume else done, chance.random())
        shown.append(trainer.step(shape, rate_at(done, step, options.rate)))
        if (step + 1) % 100 == 0:
            means = zip(("text", "frame", "look", "back", "right"), np.mean(shown, 0), strict=True)
            values = " ".join(f"{name} {value:.3f}" for name, value in means)
            print(f"{step + 1} {time.monotonic() - began:.0f} s {values}", flush=True)
            shown.clear()
            trainer.save(checkpoint)
    trainer.save(checkpoint)


if __name__ == "__main__":
    main()
