"""Write a trained test speech model as the directory that faster-whisper loads.

    python scripts/speech_fixture/export.py WORK/checkpoint.pt [interview/speech/fixture/model]

What the loader asks of such a directory, as found by trying (CTranslate2 4.8, faster-whisper 1.2):

- token ids in Whisper's order, the 1,501 timestamps last;
- an empty token, without which the model counts as English only;
- words as single tokens: a lone space is always suppressed, so " led" must not be two tokens;
- `lang_ids` with the trained languages only, or detection may pick another;
- `alignment_heads`, or there are no word times.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from ctranslate2.converters.transformers import WhisperLoader
from ctranslate2.specs import whisper_spec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from train import GUIDED_HEADS, build

ROOT = Path(__file__).resolve().parents[2]
TRAINED = ("en", "zh")
NEVER = -100.0  # added to the logit of a token that was not trained
_TIMESTAMPS = 1501


def byte_letters() -> dict[int, str]:
    """The letter that byte-level tokens write for each byte: itself where it prints, else one from
    256 on."""
    printing = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = [byte for byte in range(256) if byte not in printing]
    return {byte: chr(byte) for byte in printing} | {
        byte: chr(256 + place) for place, byte in enumerate(others)
    }


def text_vocabulary(words: list[str]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Byte-level vocabulary and merges by which each word of the list becomes one token.

    The merges are the trie of the words, read from the left.
    """
    letters = byte_letters()
    vocabulary = {letters[byte]: byte for byte in range(256)}
    merges = []
    for word in words:
        encoded = "".join(letters[byte] for byte in word.encode())
        for end in range(1, len(encoded)):
            if encoded[: end + 1] not in vocabulary:
                vocabulary[encoded[: end + 1]] = len(vocabulary)
                merges.append((encoded[:end], encoded[end]))
    return vocabulary, merges


def special_tokens() -> list[str]:
    """Whisper's special tokens in their order; English and Chinese come first of the languages."""
    languages = [*TRAINED, *(c for c in _LANGUAGE_CODES if c not in (*TRAINED, "yue"))]
    return [
        "<|endoftext|>",
        "<|startoftranscript|>",
        *(f"<|{code}|>" for code in languages),
        *("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>"),
        *("<|nospeech|>", "<|notimestamps|>"),
        *(f"<|{place * 0.02:.2f}|>" for place in range(_TIMESTAMPS)),
    ]


def tokenizer_of(words: list[str]) -> tuple[Tokenizer, list[str]]:
    """The tokenizer, and all tokens in the order of their ids."""
    vocabulary, merges = text_vocabulary(words)
    vocabulary[""] = len(vocabulary)
    specials = special_tokens()
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in specials])
    return tokenizer, [*vocabulary, *specials]


def main() -> None:
    """Write the directory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument(
        "out", type=Path, nargs="?", default=ROOT / "interview" / "speech" / "fixture" / "model"
    )
    options = parser.parse_args()
    saved = torch.load(options.checkpoint, weights_only=False)
    trained, words = saved["tokens"], saved["words"]
    tokenizer, tokens = tokenizer_of(trained[:words])
    place = {token: number for number, token in enumerate(tokens)}
    ids = [
        tokenizer.encode(token, add_special_tokens=False).ids[0] if number < words else place[token]
        for number, token in enumerate(trained)
    ]
    for number, token in enumerate(trained[:words]):
        found = tokenizer.encode(token, add_special_tokens=False).ids
        if found != [ids[number]]:
            raise SystemExit(f"{token!r} is not a single token: {found}")

    model = build(
        len(trained), trained.index("<|endoftext|>"), trained.index("<|startoftranscript|>")
    )
    model.load_state_dict(saved["model"])
    config = model.config
    spec = whisper_spec.WhisperSpec(
        config.encoder_layers, config.encoder_attention_heads,
        config.decoder_layers, config.decoder_attention_heads,
    )  # fmt: skip
    loader = WhisperLoader()
    loader.set_encoder(spec.encoder, model.model.encoder)
    loader.set_decoder(spec.decoder, model.model.decoder)
    weight = np.zeros((len(tokens), config.d_model), np.float32)
    bias = np.full(len(tokens), NEVER, np.float32)
    weight[ids], bias[ids] = model.proj_out.weight.detach().numpy(), 0.0
    spec.decoder.embeddings.weight = weight
    spec.decoder.projection.weight = weight
    spec.decoder.projection.bias = bias
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [place["Ġ"], place["<|endoftext|>"]]
    spec.config.lang_ids = [place[f"<|{code}|>"] for code in TRAINED]
    spec.config.alignment_heads = [(config.decoder_layers - 1, h) for h in range(GUIDED_HEADS)]
    spec.validate()
    spec.optimize(quantization="int8")
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    spec.save(str(options.out))
    tokenizer.save(str(options.out / "tokenizer.json"), pretty=False)
    features = {"feature_size": 80, "sampling_rate": 16000, "hop_length": 160, "chunk_length": 30,
                "n_fft": 400}  # fmt: skip
    (options.out / "preprocessor_config.json").write_text(json.dumps(features) + "\n", "utf-8")
    for file in sorted(options.out.iterdir()):
        print(f"{file.name}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
