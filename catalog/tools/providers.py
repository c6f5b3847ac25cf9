"""What the recorded facts do not say, or say otherwise than we need it, about each provider."""

NOT_OPENAI = ["top_k", "min_p", "top_a", "repetition_penalty"]
BARE = NOT_OPENAI + ["logit_bias", "logprobs", "top_logprobs"]

# Served by OpenAI through the Responses API alone; our openai-chat endpoint cannot reach them.
RESPONSES_ONLY = {
    "openai/" + m
    for m in (
        "o1-pro o3-pro o3-deep-research o4-mini-deep-research gpt-5-pro gpt-5-codex gpt-5.1-codex "
        "gpt-5.1-codex-max gpt-5.1-codex-mini gpt-5.2-pro gpt-5.2-codex gpt-5.3-codex "
        "gpt-5.3-codex-spark gpt-5.4-pro gpt-5.5-pro gpt-5.6-sol-pro gpt-5.6-luna-pro "
        "gpt-5.6-terra-pro codex-mini o4-mini-high o3-mini-high gpt-chat-latest"
    ).split()
}

# A provider's name of a model that no rule finds.
SAME = {
    "claude-opus-4-0": "anthropic/claude-opus-4",
    "claude-sonnet-4-0": "anthropic/claude-sonnet-4",
    "kimi-k2-0711-preview": "moonshotai/kimi-k2",
    "kimi-k2-0905-preview": "moonshotai/kimi-k2-0905",
    "grok-4.20-0309-reasoning": "x-ai/grok-4.20",
    "mistral-medium-2505": "mistralai/mistral-medium-3",
    "mistral-medium-2508": "mistralai/mistral-medium-3.1",
    "mistral-medium-2604": "mistralai/mistral-medium-3-5",
    "mistral-small-2506": "mistralai/mistral-small-3.2-24b-instruct",
    "open-mixtral-8x22b": "mistralai/mixtral-8x22b-instruct",
    "grok-4.20-multi-agent-0309": "x-ai/grok-4.20-multi-agent",
}

# Recorded changes that put an error right; the price never was another.
CORRECTED = {("openai", "gpt-4"), ("cerebras", "zai-glm-4.7")}

PROVIDERS = {
    "openai": {
        "cancels": True, "lacks": NOT_OPENAI, "author": ("openai", "OpenAI"),
        "skip": ("gpt-5-chat-latest", "gpt-5.1-chat-latest", "gpt-5.3-chat-latest"),
        "listed": ("openai", r"/(gpt-[345]|o[134])(?!.*(oss|image|audio|search|16k|instruct|0314|-preview))"),
        "notes": ["Models that OpenAI serves through the Responses API alone (…-pro, …-codex,",
                  "deep research) have no endpoint here; other providers' endpoints serve them."],
    },
    "anthropic": {
        "dialect": "anthropic", "auth": {"header": "x-api-key"},
        "headers": {"anthropic-version": "2023-06-01"}, "cancels": True,
        "listed": ("anthropic", r"claude(?!.*(-fast|claude-3|-3\.))(?!-3)"),
    },
    "google-ai-studio": {
        "fact": "google", "name": "Google AI Studio", "dialect": "gemini", "family": "google",
        "auth": {"header": "x-goog-api-key"},
        "env": ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
        "lacks": ["min_p", "top_a", "repetition_penalty", "logit_bias"],
        "skip": ("gemini-flash-latest", "gemini-flash-lite-latest"), "author": ("google", "Google"),
        "listed": ("google", r"gemini-(2\.5|3)(?!.*(tts|customtools))"),
    },
    "xai": {"cancels": True, "lacks": NOT_OPENAI, "author": ("x-ai", "SpaceXAI"),
            "listed": ("x-ai", r"grok-4\.[3-9]|grok-build")},
    "deepseek": {
        "base_url": "https://api.deepseek.com", "cancels": True, "skip": ("deepseek-chat", "deepseek-reasoner"),
        "lacks": ["top_k", "min_p", "top_a", "repetition_penalty", "logit_bias", "seed", "structured_outputs"],
        "notes": ["deepseek-chat and deepseek-reasoner are moving names and are not listed."],
    },
    "mistral": {
        "traits": ["thinking_parts", "no_stream_options", "prefill"], "lacks": BARE,
        "quirks": [{"rename": "seed", "to": "random_seed"}]
        + [{"drop": d} for d in ("logit_bias", "logprobs", "top_logprobs", "user", "store", "service_tier")],
        "author": ("mistralai", "Mistral"),
        "notes": ["Unknown members are refused with 422, hence the drops; usage always comes on the",
                  "finish chunk, asked or not."],
    },
    "groq": {"lacks": BARE,
             "quirks": [{"drop": d} for d in ("logit_bias", "logprobs", "top_logprobs")]},
    "together": {"fact": "togetherai", "cancels": True},
    "fireworks": {"fact": "fireworks-ai", "cancels": True},
    "cerebras": {"lacks": BARE[:5] + ["frequency_penalty", "presence_penalty"],
                 "quirks": [{"drop": d} for d in ("frequency_penalty", "presence_penalty", "logit_bias")]},
    "perplexity": {
        "lacks": ["tools", "tool_choice"],
        "quirks": [{"drop": "tools"}, {"drop": "tool_choice"}, {"drop": "stream_options"}],
        "notes": ["No /v1 in the address; streams often end without [DONE]; turns must alternate."],
    },
    "openrouter": {
        "traits": ["reasoning_details", "cache_control"], "cancels": True,
        "notes": ["Every model of OpenRouter's list, at its list price. It does not vouch for its",
                  "upstreams, so no data policy is stated and the worst is assumed."],
    },
    "deepinfra": {"name": "DeepInfra", "cancels": True},
    "novita": {"fact": "novita-ai", "cancels": True},
    "nebius": {}, "sambanova": {}, "hyperbolic": {"cancels": True},
    "moonshotai": {"author": ("moonshotai", "MoonshotAI")},
    "zai": {"env": ["ZAI_API_KEY", "ZHIPU_API_KEY"], "author": ("z-ai", "Z.ai")},
    "alibaba": {"name": "Alibaba Cloud", "author": ("qwen", "Qwen")},
    "minimax": {
        "name": "MiniMax", "dialect": "anthropic", "auth": {"header": "x-api-key"},
        "headers": {"anthropic-version": "2023-06-01"}, "author": ("minimax", "MiniMax"),
    },
    "cohere": {
        "base_url": "https://api.cohere.com/compatibility/v1", "cancels": True, "author": ("cohere", "Cohere"),
        "env": ["COHERE_API_KEY", "CO_API_KEY"], "lacks": ["top_k", "min_p", "top_a", "repetition_penalty", "logit_bias"],
        "notes": ["Its OpenAI-compatible endpoint."],
    },
    "nvidia": {"name": "NVIDIA"},
    "huggingface": {"notes": ["A router to other hosts: no data policy of its own is known."]},
    "github-models": {}, "venice": {},
    "writer": {"base_url": "https://api.writer.com/v1", "chat_path": "/chat", "listed": ("writer", r"palmyra"),
               "notes": ["Conversations are at /chat; streams end without [DONE]."]},
    "ai21": {"listed": ("ai21", r"jamba")},
    "inception": {"author": ("inception", "Inception")},
    "friendli": {"cancels": True}, "baseten": {}, "chutes": {"cancels": True},
    "parasail": {"name": "Parasail", "base_url": "https://api.parasail.io/v1", "env": ["PARASAIL_API_KEY"]},
    "siliconflow": {},
    "vercel": {"traits": ["reasoning_details"],
               "env": ["AI_GATEWAY_API_KEY"],
               "notes": ["Its zero-retention filter for upstreams fails open, so no policy is stated."]},
    "upstage": {"author": ("upstage", "Upstage")},
    "stepfun": {"author": ("stepfun", "StepFun")},
    "reka": {"fact": "reka-ai", "name": "Reka", "auth": {"header": "x-api-key"}, "listed": ("rekaai", r"reka")},
    "arcee": {"name": "Arcee AI", "base_url": "https://api.arcee.ai/api/v1",
              "env": ["ARCEEAI_API_KEY", "ARCEE_API_KEY"], "listed": ("arcee-ai", r"thinking")},
    "liquid": {"name": "Liquid", "base_url": "https://labs.liquid.ai/api/v1", "env": ["LIQUID_API_KEY"]},
    "crusoe": {}, "doubleword": {"traits": ["reasoning_details"]}, "avian": {"cancels": True},
    "scaleway": {}, "ovhcloud": {},
    "cloudflare": {
        "fact": "cloudflare-workers-ai", "cancels": True,
        "base_url": "https://api.cloudflare.com/client/v4/accounts/CLOUDFLARE_ACCOUNT_ID/ai/v1",
        "env": ["CLOUDFLARE_API_KEY", "CLOUDFLARE_API_TOKEN"], "variables": ["CLOUDFLARE_ACCOUNT_ID"],
    },
    "wandb": {}, "digitalocean": {}, "io-net": {}, "gmicloud": {}, "hpc-ai": {}, "synthetic": {},
    "xiaomi": {"author": ("xiaomi", "Xiaomi")}, "morph": {}, "sakana": {}, "ollama-cloud": {},
    "featherless": {}, "atlascloud": {}, "nscale": {}, "vultr": {}, "inference": {},
    "vllm": {"local": True, "base_url": "http://localhost:8000/v1", "auth": "none", "env": []},
    "ollama": {"local": True, "base_url": "http://localhost:11434/v1", "auth": "none", "env": []},
    "llamacpp": {"local": True, "base_url": "http://localhost:8080/v1", "auth": "none", "env": []},
    "lmstudio": {"local": True, "name": "LM Studio", "base_url": "http://localhost:1234/v1", "auth": "none", "env": []},
}
