package dev.fairlead.provider;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fairlead.canon.Dialect;
import dev.fairlead.catalog.Auth;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Provider;
import dev.fairlead.config.Secret;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Origin;
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

  private final CredentialRegister kept;

  /**
   * @param credentials of configuration and environment, by provider slug
   * @param kept those that are kept at rest, by their names
   */
  public Providers(Map<String, Secret> credentials, CredentialRegister kept) {
    this.credentials = Map.copyOf(credentials);
    this.kept = kept;
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
   * @param credential its name in the plan
   * @param passOn headers of the caller that concern the provider
   */
  public Optional<Prepared> prepare(
      Endpoint endpoint, String credential, boolean stream, Headers passOn) {
    Optional<Prepared> made =
        Places.id(credential).isPresent()
            ? withKept(endpoint, Places.id(credential).get(), stream)
            : withConfigured(endpoint, stream);
    return made.map(fixed -> passing(fixed, passOn));
  }

  private Optional<Prepared> withConfigured(Endpoint endpoint, boolean stream) {
    if (!ready(endpoint.provider())) {
      return Optional.empty();
    }
    return Optional.of(
        (stream ? streamed : whole)
            .get(
                endpoint,
                e -> make(e, Optional.ofNullable(credentials.get(e.provider().slug())), stream)));
  }

  /** Only where it is bound to: if the provider has moved since, it is not shown there. */
  private Optional<Prepared> withKept(Endpoint endpoint, String id, boolean stream) {
    return kept.secret(id, Origin.of(endpoint.provider().baseUrl()))
        .map(secret -> make(endpoint, Optional.of(secret), stream));
  }

  /** What a call to another path of the provider shows. */
  public Optional<Headers> shown(Provider provider, String credentialId) {
    return kept.secret(credentialId, Origin.of(provider.baseUrl()))
        .map(secret -> headers(provider, provider.dialect(), Optional.of(secret), false));
  }

  private static Prepared passing(Prepared fixed, Headers passOn) {
    if (passOn == Headers.NONE) {
      return fixed;
    }
    Headers[] all = {fixed.headers()};
    passOn.forEach((name, value) -> all[0] = all[0].with(name, value));
    return new Prepared(fixed.uri(), all[0]);
  }

  private static Prepared make(Endpoint endpoint, Optional<Secret> secret, boolean stream) {
    return new Prepared(
        address(endpoint, stream),
        headers(endpoint.provider(), endpoint.dialect(), secret, stream));
  }

  private static Headers headers(
      Provider provider, Dialect dialect, Optional<Secret> shown, boolean stream) {
    List<String> fields = new ArrayList<>();
    fields.addAll(List.of("content-type", "application/json"));
    fields.addAll(List.of("accept", stream ? "text/event-stream" : "application/json"));
    fields.addAll(List.of("user-agent", "Fairlead"));
    if (shown.isPresent()) {
      Secret secret = shown.get();
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
    if (dialect == Dialect.ANTHROPIC) {
      all[0] = all[0].with("anthropic-version", "2023-06-01");
    }
    provider.headers().forEach((name, value) -> all[0] = all[0].with(name, value));
    return all[0];
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
