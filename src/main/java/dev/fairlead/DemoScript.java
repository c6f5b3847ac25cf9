package dev.fairlead;

/** What the demo plays: providers that are simulated, behind the names of real models. */
final class DemoScript {
  private DemoScript() {}

  /** How the simulated models behave, by the name that the gateway calls them by. */
  static final String SCENARIO =
      """
      unknown: words-40+ttft=250ms+rate=80tps+jitter=0.3
      models:
        gpt-4o-mini: { behave: words-60+ttft=220ms+rate=110tps+jitter=0.3+fault=rate-limit+chance=0.02 }
        harbor-gpt-4o-mini: { behave: words-60+ttft=380ms+rate=90tps+jitter=0.4 }
        claude-sonnet-4-0: { behave: words-90+ttft=600ms+rate=70tps+jitter=0.3+fault=http-529+chance=0.02 }
        harbor-claude-sonnet-4: { behave: words-90+ttft=800ms+rate=60tps+jitter=0.3 }
        gemini-2.5-flash: { behave: words-80+ttft=260ms+rate=190tps+jitter=0.4 }
        deepseek-chat: { behave: words-70+ttft=900ms+rate=35tps+jitter=0.5+fault=silence+hold=4s+chance=0.02 }
        northwind-llama: { behave: words-60+ttft=120ms+rate=250tps+jitter=0.2 }
        bluefin-llama: { behave: words-60+ttft=420ms+rate=80tps+jitter=0.3 }
        driftwood-llama: { behave: words-60+ttft=500ms+rate=45tps+jitter=0.5+fault=http-503+chance=0.3 }
        mistral-small: { behave: words-50+ttft=300ms+rate=120tps+jitter=0.3 }
      """;

  /** The gateway's configuration; {@code {sim}} stands for the simulator's origin. */
  static final String CONFIG =
      """
      providers:
        openai: { base_url: "{sim}/v1", api_key: demo-openai }
        anthropic: { base_url: "{sim}/v1", api_key: demo-anthropic }
        google-ai-studio: { base_url: "{sim}/v1beta", api_key: demo-google }
        deepseek: { base_url: "{sim}/v1", api_key: demo-deepseek }
        harbor:
          name: Harbor (simulated)
          base_url: "{sim}/v1"
          data_policy: { training: false, retention_days: 0 }
        northwind:
          name: Northwind (simulated, fast and dear)
          base_url: "{sim}/v1"
          data_policy: { training: false, retention_days: 0 }
        bluefin:
          name: Bluefin (simulated)
          base_url: "{sim}/v1"
          data_policy: { training: false, retention_days: 30 }
        driftwood:
          name: Driftwood (simulated, cheap and flaky)
          base_url: "{sim}/v1"
          data_policy: { training: false, retention_days: 30 }
      endpoints:
        - model: openai/gpt-4o-mini
          provider: harbor
          provider_model: harbor-gpt-4o-mini
          price: { prompt: 0.18, completion: 0.72 }
          context_length: 128000
        - model: anthropic/claude-sonnet-4
          provider: harbor
          provider_model: harbor-claude-sonnet-4
          price: { prompt: 3.3, completion: 16.5 }
          context_length: 200000
        - model: deepseek/deepseek-chat
          provider: deepseek
          provider_model: deepseek-chat
          price: { prompt: 0.28, completion: 0.42 }
          context_length: 128000
        - model: meta-llama/llama-3.3-70b-instruct
          provider: northwind
          provider_model: northwind-llama
          price: { prompt: 0.59, completion: 0.79 }
          context_length: 131072
        - model: meta-llama/llama-3.3-70b-instruct
          provider: bluefin
          provider_model: bluefin-llama
          price: { prompt: 0.13, completion: 0.39 }
          context_length: 131072
        - model: meta-llama/llama-3.3-70b-instruct
          provider: driftwood
          provider_model: driftwood-llama
          price: { prompt: 0.1, completion: 0.32 }
          context_length: 131072
        - model: mistralai/mistral-small-3.2-24b-instruct
          provider: bluefin
          provider_model: mistral-small
          price: { prompt: 0.08, completion: 0.2 }
          context_length: 131072
      """;
}
