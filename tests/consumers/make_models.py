"""Tiny models, for trainers to take their processors and templates from, and to train.

Run as `make_models.py FOLDER` by an environment of tests/consumers. A tokenizer of single bytes
whose special tokens have the ids of Qwen's, a configuration of the right kind with a few numbers in
it, the image limits as published, and random weights. Nothing is downloaded.
"""

import json
import sys
from pathlib import Path

from offline import do_without_torchaudio, stay_offline

FIRST_SPECIAL = 151_643
SPECIALS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
    "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>",
    "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
TEXT = {
    "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 151_680,
}  # fmt: skip
PLAIN = {"type": "mrope", "mrope_section": [2, 3, 3]}
WOVEN = {"rope_type": "default", "mrope_interleaved": True, "mrope_section": [4, 2, 2]}
MODELS = {
    "Qwen2-VL-7B-Instruct": {
        "architectures": ["Qwen2VLForConditionalGeneration"],
        "model_type": "qwen2_vl",
        **TEXT,
        "rope_scaling": PLAIN,
        "vision_config": {"depth": 2, "embed_dim": 32, "hidden_size": 64, "num_heads": 2},
    },
    "Qwen2.5-VL-7B-Instruct": {
        "architectures": ["Qwen2_5_VLForConditionalGeneration"],
        "model_type": "qwen2_5_vl",
        **TEXT,
        "rope_scaling": PLAIN,
        "vision_config": {
            "depth": 2, "hidden_size": 32, "intermediate_size": 64, "num_heads": 2,
            "out_hidden_size": 64, "fullatt_block_indexes": [1],
        },
    },
    "Qwen3-VL-8B-Instruct": {
        "architectures": ["Qwen3VLForConditionalGeneration"],
        "model_type": "qwen3_vl",
        "text_config": {**TEXT, "head_dim": 16, "rope_scaling": WOVEN},
        "vision_config": {
            "depth": 2, "hidden_size": 32, "intermediate_size": 64, "num_heads": 2,
            "out_hidden_size": 64, "deepstack_visual_indexes": [0, 1],
        },
    },
}  # fmt: skip
PROCESSORS = {
    "qwen2_vl": ("Qwen2VLProcessor", "Qwen2VLVideoProcessor", 14, (3_136, 12_845_056)),
    "qwen2_5_vl": ("Qwen2_5_VLProcessor", "Qwen2VLVideoProcessor", 14, (3_136, 12_845_056)),
    "qwen3_vl": ("Qwen3VLProcessor", "Qwen3VLVideoProcessor", 16, (65_536, 16_777_216)),
}
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% for part in m.content %}"
    "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% else %}{{ part.text }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}"
)


def write_tokenizer(folder):
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = letters + [f"<unused {n}>" for n in range(len(letters), FIRST_SPECIAL)]
    tokenizer = Tokenizer(models.BPE({word: n for n, word in enumerate(words)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(word, special=True) for word in SPECIALS])
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "model_max_length": 32_768,
        "clean_up_tokenization_spaces": False,
        "image_token": "<|image_pad|>",
        "video_token": "<|video_pad|>",
        "vision_bos_token": "<|vision_start|>",
        "vision_eos_token": "<|vision_end|>",
        "chat_template": CHAT,
    }
    write(folder / "tokenizer_config.json", settings)


def write_model(folder, config):
    folder.mkdir(parents=True, exist_ok=True)
    ids = {"image_token_id": 151_655, "video_token_id": 151_656, "vision_start_token_id": 151_652}
    write(folder / "config.json", {**config, **ids, "eos_token_id": 151_645})
    processor, video, patch_px, (least_px, most_px) = PROCESSORS[config["model_type"]]
    pictures = {
        "size": {"shortest_edge": least_px, "longest_edge": most_px},
        "patch_size": patch_px,
        "merge_size": 2,
        "temporal_patch_size": 2,
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
        "processor_class": processor,
    }
    image = {**pictures, "image_processor_type": "Qwen2VLImageProcessor"}
    write(folder / "preprocessor_config.json", image)
    write(folder / "video_preprocessor_config.json", {**pictures, "video_processor_type": video})
    write_tokenizer(folder)
    write_weights(folder)


def write_weights(folder):
    """As transformers starts a model of that class that nobody has trained."""
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.AutoConfig.from_pretrained(folder)
    getattr(transformers, config.architectures[0])(config).save_pretrained(folder)


def write(path, values):
    path.write_text(json.dumps(values, indent=1), "utf-8")


if __name__ == "__main__":
    stay_offline()
    do_without_torchaudio()
    for model, config in MODELS.items():
        write_model(Path(sys.argv[1], model), config)
