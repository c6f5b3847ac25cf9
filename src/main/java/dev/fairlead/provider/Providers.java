package dev.fairlead.provider;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fairlead.canon.Dialect;
import dev.fairlead.catalog.Auth;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Provider;
import dev.fairlead.config.Secret;
import dev.fairlead.http.Headers;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The generic adapter: an endpoint's facts become an address and headers. What it makes for an
 * endpoint is kept as long as the endpoint is: a request costs a look-up. Immutable but for that
 * cache, which guards itself.
 */
public final class Providers {
  private volatile Map<String, Secret> credentials;
  private final Cache<Endpoint, Prepared> whole =
      Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();
  private final Cache<Endpoint, Prepared> streamed =
      Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

  /**
   * @param credentials by provider slug
   */
  public Providers(Map<String, Secret> credentials) {
    this.credentials = Map.copyOf(credentials);
  }

  /** From now on these credentials are shown, and no others. */
  public void replace(Map<String, Secret> newCredentials) {
    credentials = Map.copyOf(newCredentials);
    whole.invalidateAll();
    streamed.invalidateAll();
  }

  /** True when the provider can be called: it wants no credential, or we have one. */
  public boolean ready(Provider provider) {
    return provider.auth() instanceof Auth.None || credentials.containsKey(provider.slug());
  }

  /**
   * Where the call goes, and what it shows; empty when the credential is missing.
   *
   * @param passOn headers of the caller that concern the provider
   */
  public Optional<Prepared> prepare(Endpoint endpoint, boolean stream, Headers passOn) {
    if (!ready(endpoint.provider())) {
      return Optional.empty();
    }
    Prepared fixed = (stream ? streamed : whole).get(endpoint, e -> make(e, stream));
    if (passOn == Headers.NONE) {
      return Optional.of(fixed);
    }
    Headers[] all = {fixed.headers()};
    passOn.forEach((name, value) -> all[0] = all[0].with(name, value));
    return Optional.of(new Prepared(fixed.uri(), all[0]));
  }

  private Prepared make(Endpoint endpoint, boolean stream) {
    Provider provider = endpoint.provider();
    List<String> fields = new ArrayList<>();
    fields.addAll(List.of("content-type", "application/json"));
    fields.addAll(List.of("accept", stream ? "text/event-stream" : "application/json"));
    fields.addAll(List.of("user-agent", "Fairlead"));
    Secret secret = credentials.get(provider.slug());
    if (secret != null) {
      switch (provider.auth()) {
        case Auth.Bearer() -> fields.addAll(List.of("authorization", "Bearer " + secret.reveal()));
        case Auth.Header(String name) -> fields.addAll(List.of(name, secret.reveal()));
        case Auth.None() -> {
          // A machine of one's own that nevertheless was given a key gets it the usual way.
          fields.addAll(List.of("authorization", "Bearer " + secret.reveal()));
        }
      }
    }
    Headers[] all = {Headers.copyOf(fields)};
    if (endpoint.dialect() == Dialect.ANTHROPIC) {
      all[0] = all[0].with("anthropic-version", "2023-06-01");
    }
    provider.headers().forEach((name, value) -> all[0] = all[0].with(name, value));
    return new Prepared(address(endpoint, stream), all[0]);
  }

  private static URI address(Endpoint endpoint, boolean stream) {
    Provider provider = endpoint.provider();
    String path =
        provider
            .chatPath()
            .orElse(
                switch (endpoint.dialect()) {
                  case OPENAI_CHAT -> "/chat/completions";
                  case OPENAI_RESPONSES -> "/responses";
                  case ANTHROPIC -> "/messages";
                  case GEMINI ->
                      stream
                          ? "/models/{model}:streamGenerateContent?alt=sse"
                          : "/models/{model}:generateContent";
                  case BEDROCK ->
                      stream ? "/model/{model}/converse-stream" : "/model/{model}/converse";
                  case COHERE -> "/chat";
                });
    String model = URLEncoder.encode(endpoint.providerModel(), StandardCharsets.UTF_8);
    return URI.create(provider.baseUrl() + path.replace("{model}", model.replace("%2F", "/")));
  }
}
