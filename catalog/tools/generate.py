#!/usr/bin/env python3
"""Writes catalog/models and catalog/providers from a folder of recorded facts.

    python3 catalog/tools/generate.py FACTS OUT

FACTS holds models.json, openrouter_models_response.json, providers.json and price_history.jsonl;
OUT is the catalog folder. The files that it writes are the source of truth afterwards: they are
meant to be read and corrected by hand, and this script is how a first edition of them is made.
What the facts do not state is left out.
"""
import collections
import datetime
import json
import os
import re
import sys

from providers import CORRECTED, PROVIDERS, RESPONSES_ONLY, SAME

FACTS, OUT = sys.argv[1], sys.argv[2]


def load(name):
    with open(os.path.join(FACTS, name)) as f:
        return json.load(f)


ROWS = load("models.json")["models"]
LISTED = load("openrouter_models_response.json")["data"]
FACT = {p["id"]: p for p in load("providers.json")["providers"]}
HISTORY = collections.defaultdict(list)
with open(os.path.join(FACTS, "price_history.jsonl")) as f:
    for line in f:
        e = json.loads(line)
        HISTORY[(e["provider"], e["model"])].append(e)

# --- YAML -----------------------------------------------------------------------------------

PLAIN = re.compile(r"^[A-Za-z][A-Za-z0-9_./@+-]*(?:[ ][A-Za-z0-9_./@+()-]+)*$")
WORDS = {"true", "false", "null", "yes", "no", "on", "off"}


def scalar(v):
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, int):
        return str(v)
    if isinstance(v, float):
        return number(v)
    if v is None:
        return "null"
    s = str(v)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", s) or (PLAIN.match(s) and s.lower() not in WORDS):
        return s
    if re.fullmatch(r"https?://[A-Za-z0-9_./@:-]+", s):
        return s
    return json.dumps(s, ensure_ascii=False)


def number(v):
    s = ("%.10f" % v).rstrip("0").rstrip(".")
    return s if s not in ("", "-0") else "0"


def flow(v):
    if isinstance(v, dict):
        return "{ " + ", ".join(f"{k}: {flow(x)}" for k, x in v.items()) + " }" if v else "{}"
    if isinstance(v, list):
        return "[" + ", ".join(flow(x) for x in v) + "]"
    return scalar(v)


def block(out, indent, pairs):
    for k, v in pairs.items():
        text = flow(v)
        if isinstance(v, list) and v and len(text) + len(k) + indent > 98:
            if all(isinstance(x, dict) for x in v):
                out.append(" " * indent + f"{k}:")
                out.extend(" " * (indent + 2) + "- " + flow(x) for x in v)
            else:
                out.append(" " * indent + f"{k}:")
                line = " " * (indent + 2) + "["
                for i, x in enumerate(v):
                    piece = scalar(x) + ("]" if i == len(v) - 1 else ", ")
                    if len(line) + len(piece) > 98:
                        out.append(line.rstrip())
                        line = " " * (indent + 3)
                    line += piece
                out.append(line)
        else:
            out.append(" " * indent + f"{k}: {text}")


def items(out, entries):
    for entry in entries:
        lines = []
        block(lines, 4, entry)
        lines[0] = "  - " + lines[0][4:]
        out.extend(lines)


def write(path, lines):
    path = os.path.join(OUT, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")


# --- prices ---------------------------------------------------------------------------------

ROUTER_WORDS = {
    "prompt": "prompt",
    "completion": "completion",
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
    "input_cache_write_1h": "cache_write_1h",
    "internal_reasoning": "reasoning",
    "audio": "audio",
    "input_audio_cache": "cache_read_audio",
    "audio_output": "audio_output",
    "image": "image",
    "image_output": "image_output",
    "request": "request",
    "web_search": "web_search",
}
ROW_WORDS = {
    "input": "prompt",
    "output": "completion",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "cache_write_1h": "cache_write_1h",
    "reasoning": "reasoning",
    "input_audio": "audio",
    "output_audio": "audio_output",
    "audio_output": "audio_output",
    "image_token": "image",
    "image_output": "image_output",
}
PIECES = {"request", "web_search"}


def rounded(x):
    return round(float(x), 8)


def router_price(p):
    out = {}
    for k, word in ROUTER_WORDS.items():
        if k in p:
            out[word] = rounded(float(p[k]) * (1 if word in PIECES else 1e6))
    tiers = []
    for o in p.get("overrides", []):
        tier = {"tokens": o["min_prompt_tokens"]}
        for k, word in ROUTER_WORDS.items():
            if k in o:
                tier[word] = rounded(float(o[k]) * 1e6)
        tiers.append(tier)
    if tiers:
        out["above"] = sorted(tiers, key=lambda t: t["tokens"])
    return out


def row_price(row):
    p = row.get("price_per_mtok")
    if not p or p["input"] is None:
        return None
    out = {}
    for k, word in ROW_WORDS.items():
        v = p.get(k)
        if v is None or (v == 0 and k.startswith("cache") and p["input"] > 0):
            continue  # a zero beside a priced prompt is a missing figure, not a gift
        if k == "cache_read" and v > p["input"]:
            continue  # reading from a cache is never dearer than not to: an error of the source
        out[word] = rounded(v)
    tiers = []
    for t in row.get("price_tiers") or []:
        size = (t.get("tier") or {}).get("size")
        if not size:
            continue
        tier = {"tokens": size}
        for k, word in ROW_WORDS.items():
            if t.get(k):
                tier[word] = rounded(t[k])
        tiers.append(tier)
    if tiers:
        out["above"] = sorted(tiers, key=lambda t: t["tokens"])
    if (row.get("price_per_unit") or {}).get("web_search"):
        out["web_search"] = rounded(row["price_per_unit"]["web_search"])
    return out


def dated(provider, model, now):
    """The price with what it was before, where the recorded changes end in today's price."""
    if (provider, model) in CORRECTED:
        return now
    steps = []
    for e in HISTORY.get((provider, model), []):
        p = e.get("price_per_mtok")
        if e["event"] == "removed" or not p or p.get("input") is None or p.get("output") is None:
            continue
        pair = (p["input"], p["output"])
        if not steps or steps[-1][1] != pair:
            if len(steps) > 1 and steps[-2][1] == pair:
                steps.pop()  # a figure that was taken back was an error of the recorders
                continue
            old = {w: rounded(p[k]) for k, w in ROW_WORDS.items() if p.get(k)}
            old.setdefault("prompt", rounded(p["input"]))
            old.setdefault("completion", rounded(p["output"]))
            day = datetime.datetime.fromisoformat(e["at"]).astimezone(datetime.timezone.utc)
            steps.append((day.date().isoformat(), pair, old))
    if len(steps) < 2 or steps[-1][1] != (now["prompt"], now["completion"]):
        return now
    days = {}
    for day, _, price in steps[-4:]:
        days[day] = price
    last = max(days)
    days[last] = now
    if len(days) < 2:
        return now
    return [{"from": day, **days[day]} for day in sorted(days)]


# --- models ---------------------------------------------------------------------------------

NO_MODEL = ("openrouter/",)
ROW_OF_LISTED = {r["provider_model_id"]: r for r in ROWS if r["provider"] == "openrouter"}
MODALITY = {"pdf": "file"}
KNOWN_MODALITIES = ["text", "image", "file", "audio", "video", "embeddings"]


def modalities(words):
    found = {MODALITY.get(w, w) for w in words}
    return [m for m in KNOWN_MODALITIES if m in found]


def day_of(text):
    m = re.search(r"(20\d{2})-?(\d{2})-?(\d{2})$", text or "")
    return f"{m[1]}-{m[2]}-{m[3]}" if m and "01" <= m[2] <= "12" else None


def full_day(text):
    return text if text and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None


RELEASE = {}
for r in ROWS:
    if r["provider"] in ("openai", "anthropic", "google", "xai", "mistral", "vercel", "novita-ai"):
        RELEASE.setdefault(re.sub(r"[._]", "-", r["provider_model_id"].lower().split("/")[-1]),
                           full_day(r.get("release_date")))


def released(m):
    base = m["id"].split(":")[0]
    row = ROW_OF_LISTED.get(m["id"], {})
    return (full_day(row.get("release_date")) or day_of(m["canonical_slug"])
            or RELEASE.get(re.sub(r"[._]", "-", base.split("/")[-1])))


def listed_model(m):
    a, top = m["architecture"], m["top_provider"]
    out = {"id": m["id"], "slug": m["canonical_slug"], "name": m["name"]}
    day = released(m)
    if day:
        out["released"] = day
    out["context_length"] = m["context_length"]
    if top["max_completion_tokens"]:
        out["max_completion_tokens"] = top["max_completion_tokens"]
    out["input"] = modalities(a["input_modalities"])
    out["output"] = modalities(a["output_modalities"])
    out["tokenizer"] = a["tokenizer"]
    for key, value in (
        ("instruct_type", a["instruct_type"]),
        ("hugging_face", m["hugging_face_id"]),
        ("knowledge", m["knowledge_cutoff"]),
        ("expires", m["expiration_date"]),
        ("alias_of", (m.get("alias_target") or {}).get("slug")),
    ):
        if value:
            out[key] = value
    if top["is_moderated"]:
        out["moderated"] = True
    if m.get("reasoning"):
        out["reasoning"] = m["reasoning"]
    defaults = {k: v for k, v in (m["default_parameters"] or {}).items() if v is not None}
    if defaults:
        out["default_parameters"] = defaults
    scores = benchmarks(m)
    if scores:
        out["benchmarks"] = scores
    out["parameters"] = m["supported_parameters"]
    return out


def benchmarks(m):
    b = m.get("benchmarks") or {}
    out = {k.replace("_index", ""): v for k, v in (b.get("artificial_analysis") or {}).items()
           if v is not None}
    best = max((d["elo"] for d in b.get("design_arena") or [] if d.get("elo")), default=None)
    if best:
        out["design_arena_elo"] = best
    return out


def row_parameters(row):
    s, out = row["supports"], ["max_tokens", "stop"]
    if s.get("temperature"):
        out += ["temperature", "top_p"]
    if s.get("tools"):
        out += ["tool_choice", "tools"]
    if s.get("json_schema"):
        out += ["response_format", "structured_outputs"]
    if s.get("reasoning"):
        out += ["include_reasoning", "reasoning"]
    return sorted(out)


def row_model(ident, row, author):
    embeds = "embed" in ident
    out = {"id": ident, "name": f"{author}: {row['name']}"}
    if full_day(row.get("release_date")):
        out["released"] = row["release_date"]
    out["context_length"] = row["context_length"]
    if row.get("max_output") and not embeds:
        out["max_completion_tokens"] = row["max_output"]
    out["input"] = modalities(row["input_modalities"])
    out["output"] = ["embeddings"] if embeds else modalities(row["output_modalities"])
    if row.get("knowledge"):
        out["knowledge"] = row["knowledge"]
    if row["supports"].get("reasoning"):
        out["reasoning"] = {"mandatory": False}
    if not embeds:
        out["parameters"] = row_parameters(row)
    return out


# --- which model a provider's id stands for --------------------------------------------------


def bare(text):
    return re.sub(r"[._ ]", "-", text.lower().split("/")[-1])


CANON = {m["id"]: m for m in LISTED
         if ":" not in m["id"] and m["id"][0] != "~" and not m["id"].startswith(NO_MODEL)}
BY_HF = {m["hugging_face_id"].lower(): i for i, m in CANON.items() if m["hugging_face_id"]}
BY_SLUG = {}
for ident in CANON:
    BY_SLUG.setdefault(bare(ident), ident)
SUFFIXES = ["", "-fp8", "-tee", "-fast", "-turbo", "-highspeed", "-tput", "-versatile", "-instant",
            "-it", "-instruct", "-instruct-fp8", "-instruct-turbo", "-fp8-fast", "-instruct-fp8-fast"]
VARIANTS = ("fast", "turbo", "highspeed", "tput")
NOT_A_VARIANT = {("together", "turbo")}  # Together's plain offers are called Turbo
AUTHOR_PREFIX = re.compile(
    r"^(openai|anthropic|google|qwen|nvidia|meta|mistral|xiaomi|z-ai|zai-org|arcee|deepseek|alibaba|zai|hf:[a-z]+)-")


def model_of(provider_model):
    if provider_model in SAME:
        return SAME[provider_model]
    if provider_model.lower() in BY_HF:
        return BY_HF[provider_model.lower()]
    last = provider_model.lower().split("/")[-1]
    names = [last, re.sub(r"(?<=\d)p(?=\d)", ".", last), AUTHOR_PREFIX.sub("", last),
             last.replace(":", "-")]
    for name in names:
        for suffix in SUFFIXES:
            if suffix and not name.endswith(suffix):
                continue
            stem = bare(name[: len(name) - len(suffix)] if suffix else name)
            for key in (stem, stem + "-instruct", stem + "-it", re.sub(r"-instruct$", "", stem)):
                if key in BY_SLUG:
                    return BY_SLUG[key]
    return None


def variant_of(slug, provider_model):
    last = provider_model.lower().split("/")[-1]
    for v in VARIANTS:
        if last.endswith("-" + v) and (slug, v) not in NOT_A_VARIANT:
            return v
    return None


def quantization_of(provider_model):
    last = provider_model.lower()
    for q in ("nvfp4", "mxfp4", "fp8", "fp4", "int4", "int8", "bf16"):
        if q in last:
            return q
    return None


# --- endpoints ------------------------------------------------------------------------------


def lacks_of(row, params, off):
    s, out = row["supports"], []
    if s.get("tools") is False:
        out += ["tools", "tool_choice"]
    if s.get("json_schema") is False:
        out += ["structured_outputs"]
    if s.get("temperature") is False:
        out += ["temperature", "top_p", "top_k"]
    if s.get("reasoning") is False:
        out += ["reasoning", "include_reasoning", "reasoning_effort"]
    return sorted(p for p in out if p in params and p not in off)


def endpoint(slug, spec, model, provider_model, price, context, output, row=None):
    params = set(model.get("parameters", []))
    if output and output > (context or model["context_length"]):
        output = None  # more than fits is no bound
    out = {"model": model["id"], "provider_model": provider_model}
    variant = variant_of(slug, provider_model)
    if variant and not model["id"].endswith("-" + variant) and slug not in ("openrouter", "vercel"):
        out["tag"] = f"{slug}/{variant}"
    quantization = quantization_of(provider_model)
    if quantization and slug not in ("openrouter",):
        out["quantization"] = quantization
    out["price"] = price
    if context and context != model["context_length"]:
        out["context_length"] = context
    if output and "embeddings" not in model["output"] and output != model.get("max_completion_tokens"):
        out["max_completion_tokens"] = output
    if row:
        if row.get("max_input") and row["max_input"] < (context or model["context_length"]):
            out["max_prompt_tokens"] = row["max_input"]
        seen = modalities(row["input_modalities"])
        if seen and seen != model["input"]:
            out["input"] = seen
        lacks = lacks_of(row, params, spec.get("lacks", []))
        if lacks:
            out["lacks"] = lacks
    steer(slug, spec, model, out, params, row)
    return out


def efforts(row):
    options = (row or {}).get("reasoning_options")
    return isinstance(options, list) and any(o.get("type") == "effort" for o in options)


def steer(slug, spec, model, out, params, row):
    """How its thinking is steered, and what is special about how requests are written."""
    ident, traits = model["id"], []
    name = ident.split("/")[1].split(":")[0]
    thinks = "reasoning" in params and "reasoning" not in out.get("lacks", [])
    style = "none"
    if slug in ("openai", "github-models"):
        if thinks:
            traits += ["max_completion_tokens", "developer_role"]
            style = "effort"
        if thinks and ("temperature" not in params or "temperature" in out.get("lacks", [])):
            traits.append("no_sampling")
        if slug == "github-models" and not ident.startswith("openai/"):
            traits, style = [], "none"
    elif slug == "anthropic":
        adaptive = re.search(r"(opus-4\.[78]|opus-5|sonnet-5|fable)", name)
        if adaptive:
            traits.append("adaptive_thinking")
        if "structured_outputs" in params:
            traits.append("native_json_schema")
        if "temperature" not in params or "temperature" in out.get("lacks", []):
            traits.append("no_sampling")
        if not adaptive and not re.search(r"4\.6", name):
            traits.append("prefill")
        style = ("effort" if adaptive else "budget") if thinks else "none"
    elif slug == "minimax":
        style = "budget" if thinks else "none"
    elif slug == "google-ai-studio":
        if thinks:
            style = "budget" if "2.5" in name else "level" if name.startswith("gemini-") else "none"
    elif slug in ("openrouter", "vercel"):
        style = "openrouter" if thinks else "none"
    elif slug in ("deepseek", "zai", "moonshotai"):
        style = "switch" if thinks and "thinking" not in name else "none"
        if thinks:
            traits.append("replay_reasoning_content")
    elif slug == "xai":
        style = "effort" if (model.get("reasoning") or {}).get("supported_efforts") else "none"
    elif slug == "mistral":
        if thinks:
            style = "effort" if not name.startswith("magistral") else "none"
    elif slug == "alibaba":
        style = "none"
    elif thinks and ("gpt-oss" in name or efforts(row)):
        style = "effort"
    if style != spec.get("reasoning", "none"):
        out["reasoning"] = style
    if traits:
        out["traits"] = sorted(set(traits) | set(spec.get("traits", [])))


def listed_endpoints(slug, spec):
    """First-party models that only OpenRouter's list knows, at the price that it passes on."""
    author, rule = spec.get("listed", (None, None))
    for ident, m in CANON.items():
        if author and ident.startswith(author + "/") and re.search(rule, ident):
            if ident in RESPONSES_ONLY or ident in spec.get("skip", ()) or float(m["pricing"]["prompt"]) < 0:
                continue
            name = ident.split("/")[1]
            yield m, name.replace(".", "-") if slug == "anthropic" else name


def first_party(slug, spec, ident, price):
    """What a maker's own row leaves out and OpenRouter, which passes its prices on, states."""
    listed = router_price(CANON[ident]["pricing"]) if ident in CANON and "listed" in spec else {}
    if (listed.get("prompt"), listed.get("completion")) != (price["prompt"], price["completion"]):
        return price
    more = {k: v for k, v in listed.items() if k != "above" and (k != "cache_write" or slug != "google-ai-studio")}
    more.update(price)
    return more


def endpoints_of(slug, spec, models):
    found, seen = [], set()
    if spec.get("local"):
        return found

    def add(entry):
        key = (entry.get("tag", slug), entry["model"])
        if key not in seen:
            seen.add(key)
            found.append(entry)

    if slug == "openrouter":
        for m in LISTED:
            if m["id"] in models and m["id"][0] != "~" and float(m["pricing"]["prompt"]) >= 0:
                add(endpoint(slug, spec, models[m["id"]], m["id"], router_price(m["pricing"]),
                             m["top_provider"]["context_length"],
                             m["top_provider"]["max_completion_tokens"]))
        return found
    rows = [r for r in ROWS if r["provider"] == spec.get("fact", slug)
            and r.get("status") != "deprecated" and r["provider_model_id"] not in spec.get("skip", ())]
    rows.sort(key=lambda r: (len(r["provider_model_id"]), r["provider_model_id"]))
    for r in rows:
        ident = model_of(r["provider_model_id"]) or EXTRA.get((slug, r["provider_model_id"]))
        price = row_price(r)
        if not ident or ident not in models or not price or r["context_length"] <= 0:
            continue
        if slug == "openai" and ident in RESPONSES_ONLY:
            continue
        price = first_party(slug, spec, ident, price)
        add(endpoint(slug, spec, models[ident], r["provider_model_id"],
                     dated(r["provider"], r["provider_model_id"], price),
                     r["context_length"], r.get("max_output"), r))
    taken = {e["model"] for e in found}
    for m, name in listed_endpoints(slug, spec):
        if m["id"] not in taken and m["id"] in models:
            add(endpoint(slug, spec, models[m["id"]], name, router_price(m["pricing"]),
                         m["context_length"], m["top_provider"]["max_completion_tokens"]))
    return sorted(found, key=lambda e: (e["model"], e.get("tag", "")))


# --- models that only a provider's own list knows --------------------------------------------

EXTRA = {}


def extra_models(models):
    for slug, spec in PROVIDERS.items():
        author, label = spec.get("author", (None, None))
        for r in ROWS:
            if r["provider"] != spec.get("fact", slug) or r.get("status") == "deprecated":
                continue
            pid = r["provider_model_id"]
            if pid in spec.get("skip", ()) or model_of(pid) or r["context_length"] <= 0:
                continue
            if not row_price(r) or "image" in r["output_modalities"] or "video" in r["output_modalities"]:
                continue
            if "audio" in r["output_modalities"] or "realtime" in pid or "text" not in r["input_modalities"]:
                continue
            if author and "/" not in pid:
                ident = f"{author}/{pid.lower()}"
                name = label
            elif slug == "novita" and re.fullmatch(r"[a-z0-9-]+/[a-z0-9.-]+", pid.lower()):
                ident = pid.lower().replace("zai-org/", "z-ai/").replace("xiaomimimo/", "xiaomi/")
                ident = ident.replace("minimaxai/", "minimax/")
                name = ident.split("/")[0]
            else:
                continue
            if slug == "openai" and ident in RESPONSES_ONLY:
                continue
            if ident not in models:
                models[ident] = row_model(ident, r, name)
            EXTRA[(slug, pid)] = ident


# --- providers ------------------------------------------------------------------------------


def provider_head(slug, spec):
    fact = FACT.get(spec.get("fact", slug), {})
    out = {"name": spec.get("name", fact.get("name", slug)), "dialect": spec.get("dialect", "openai-chat")}
    out["base_url"] = spec.get("base_url", fact.get("base_url", "")).rstrip("/")
    for key in ("chat_path", "family", "auth", "variables"):
        if key in spec:
            out[key] = spec[key]
    env = spec.get("env", fact.get("env_keys") or [])
    if env:
        out["env"] = env
    for key in ("headers", "cancels"):
        if key in spec:
            out[key] = spec[key]
    policy = fact.get("data_policy") or {}
    if spec.get("local"):
        out["data_policy"] = {"training": False, "retains": False, "publishes": False}
    elif "trains_on_prompts" in policy and policy.get("as_of"):
        p = {"training": policy["trains_on_prompts"], "retains": policy["retains_prompts"]}
        if policy.get("retention_days") is not None and policy["retains_prompts"]:
            p["retention_days"] = policy["retention_days"]
        p["publishes"] = False
        p["checked"] = "2025-07-01" if policy["as_of"].startswith("2025-H2") else policy["as_of"]
        out["data_policy"] = p
    for key in ("reasoning", "traits", "lacks", "quirks"):
        if key in spec:
            out[key] = spec[key]
    return out


def main():
    models = {}
    for m in LISTED:
        if not m["id"].startswith(NO_MODEL):
            models[m["id"]] = listed_model(m)
    extra_models(models)
    served = set()
    for slug, spec in PROVIDERS.items():
        lines = [f"# {c}" for c in spec.get("notes", [])]
        block(lines, 0, provider_head(slug, spec))
        entries = endpoints_of(slug, spec, models)
        served |= {e["model"] for e in entries}
        if entries:
            lines.append("endpoints:")
            items(lines, entries)
        write(f"providers/{slug}.yaml", lines)
    authors = collections.defaultdict(list)
    for ident, m in models.items():
        if ident in served or "alias_of" in m:
            authors[ident.lstrip("~").split("/")[0]].append(m)
    for author, ms in authors.items():
        ms.sort(key=lambda m: (m["id"].startswith("~"), ":" in m["id"], m["id"]))
        lines = ["models:"]
        items(lines, ms)
        write(f"models/{author}.yaml", lines)
    print(len(served), "models served,", len(authors), "authors,", len(PROVIDERS), "providers")


main()
